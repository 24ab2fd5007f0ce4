{#-
  The columns of an import that say whose object a row is about, for `newest_vintage`. What a file leaves out is the mapping's account, as the
  import fills it in; rows that were landed before it did so stand for the same object.
-#}
{% macro account_keys() -%}
    {{ return(["coalesce(account_id, _account)", "coalesce(platform, 'unknown')"]) }}
{%- endmacro %}

{#-
  The key of an object of a platform (an ad, a campaign, a post): `platform:account_id:id`. Accounts number their objects on their own, and an
  export may count from 1, so that an id says nothing without its account. Null where the id or the account is null.
-#}
{% macro object_key(platform, account_id, id) -%}
    {{ return(platform ~ " || ':' || " ~ account_id ~ " || ':' || " ~ id) }}
{%- endmacro %}
