{#-
  A state as it is looked up: in lower case, without accents, blanks and the signs between words, so that "Partially Refunded",
  "partially_refunded" and "PARTIALLY-REFUNDED" are one. Letters are replaced one by one, since engines lower other letters than a to z
  by rules of their own.
-#}
{% macro state_key(text) -%}
    {%- set letters = "ÀÁÂÃÄÅàáâãäåĄąÇçĆćČčĎďÈÉÊËèéêëĘęĚěĞğÌÍÎÏìíîïİıŁłÑñŃńŇňÒÓÔÕÖØŐòóôõöøőŘřŚśŞşŠšŤťÙÚÛÜŮŰùúûüůűÝŸýÿŹźŻżŽžАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯёй" -%}
    {%- set plain = "aaaaaaaaaaaaaaccccccddeeeeeeeeeeeeggiiiiiiiiiillnnnnnnoooooooooooooorrssssssttuuuuuuuuuuuuyyyyzzzzzzабвгдеежзииклмнопрстуфхцчшщъыьэюяеи" -%}
    {%- set dropped = " \t\n\r\u00a0\u3000_.-–/·,，、:：()（）" -%}
    lower(translate({{ multiball.composed(text) }}, '{{ letters ~ dropped }}', '{{ plain }}'))
{%- endmacro %}

{#- Letters with their accents as one sign each (Unicode's NFC). -#}
{% macro composed(text) -%} {{ return(adapter.dispatch("composed", "multiball")(text)) }} {%- endmacro %}
{% macro default__composed(text) -%} {{ return("normalize(" ~ text ~ ", NFC)") }} {%- endmacro %}
{% macro duckdb__composed(text) -%} {{ return("nfc_normalize(" ~ text ~ ")") }} {%- endmacro %}
{#- Spark does not normalize. An accent that is a sign of its own is removed, as `state_key` removes it from the letter afterwards. -#}
{% macro spark__composed(text) -%} {{ return(multiball.replaced(text, "[\u0300-\u036f]", "")) }} {%- endmacro %}
