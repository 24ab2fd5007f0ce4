{#-
  The key of an object of a platform (an ad, a campaign, a post): `platform:account_id:id`. Accounts number their objects on their own, and an
  export may count from 1, so that an id says nothing without its account. Null where the id or the account is null.
-#}
{% macro object_key(platform, account_id, id) -%}
    {{ return(platform ~ " || ':' || " ~ account_id ~ " || ':' || " ~ id) }}
{%- endmacro %}

{#-
  Placeholders of a missing identifier, in lower case: what programs write, and words for a guest or an unknown person. Add more here.
  Landing detects such e-mail addresses and phone numbers (multiball.landing.placeholders), because only their hashes arrive here.
-#}
{% macro identifier_placeholders() -%}
    {{
        return(
            [
                "undefined",
                "null",
                "nil",
                "none",
                "nan",
                "na",
                "n/a",
                "n.a",
                "not set",
                "not_set",
                "notset",
                "not available",
                "not applicable",
                "not provided",
                "data not available",
                "no id",
                "no_id",
                "noid",
                "object object",
                "true",
                "false",
                "empty",
                "blank",
                "missing",
                "default",
                "test",
                "unknown",
                "unidentified",
                "unassigned",
                "anonymous",
                "anonym",
                "anon",
                "anonymous user",
                "anonymous_user",
                "nobody",
                "everyone",
                "other",
                "deleted",
                "deleted user",
                "removed",
                "redacted",
                "masked",
                "hidden",
                "opt-out",
                "opt_out",
                "optout",
                "guest",
                "guest user",
                "guest_user",
                "guestuser",
                "guest checkout",
                "visitor",
                "user",
                "customer",
                "walk-in",
                "walk in",
                "walkin",
                "walk-in customer",
                "direct",
                "gast",
                "laufkunde",
                "laufkundschaft",
                "unbekannt",
                "keine angabe",
                "k.a",
                "keine",
                "kein",
                "leer",
                "nicht gesetzt",
                "invité",
                "invitée",
                "invite",
                "anonyme",
                "inconnu",
                "inconnue",
                "aucun",
                "non défini",
                "client de passage",
                "invitado",
                "invitada",
                "anónimo",
                "anonimo",
                "desconocido",
                "ninguno",
                "sin definir",
                "nulo",
                "convidado",
                "visitante",
                "anônimo",
                "desconhecido",
                "nenhum",
                "não definido",
                "consumidor final",
                "ospite",
                "sconosciuto",
                "nessuno",
                "anoniem",
                "onbekend",
                "geen",
                "gość",
                "anonimowy",
                "nieznany",
                "brak",
                "gäst",
                "gæst",
                "gjest",
                "okänd",
                "ukendt",
                "ukjent",
                "ingen",
                "vieras",
                "tuntematon",
                "misafir",
                "anonim",
                "ziyaretçi",
                "bilinmiyor",
                "neznámý",
                "anonymní",
                "vendég",
                "ismeretlen",
                "oaspete",
                "necunoscut",
                "гость",
                "аноним",
                "неизвестно",
                "неизвестный",
                "нет",
                "не задано",
                "не указано",
                "гість",
                "невідомо",
                "επισκέπτης",
                "άγνωστο",
                "游客",
                "访客",
                "匿名",
                "匿名用户",
                "未知",
                "无",
                "空",
                "未设置",
                "散客",
                "未登录",
                "未登录用户",
                "遊客",
                "訪客",
                "匿名使用者",
                "無",
                "未登入",
                "ゲスト",
                "不明",
                "なし",
                "未設定",
                "非会員",
                "비회원",
                "게스트",
                "손님",
                "익명",
                "알수없음",
                "없음",
                "ضيف",
                "زائر",
                "مجهول",
                "אורח",
                "अतिथि",
                "khách",
                "khách lẻ",
                "tamu",
            ]
        )
    }}
{%- endmacro %}

{#-
  An identifier without blanks around it; null if it identifies no person: a word above, only zeros and signs (0, 0.0, -, an empty UUID), -1,
  or the unfilled placeholder of a template (`{{ "{{user_id}}" }}`, `__CLICKID__`). Rows are joined by it only if it is not null.
-#}
{% macro known_id(identifier) -%}
    {%- set wrapping = " \t\n\r\"''()[]<>{}\u00a0\u3000\u200b\ufeff" -%}
    {%- set bare = "trim(both '" ~ wrapping ~ "' from lower(" ~ identifier ~ "))" -%}
    {%- set forms = [] -%}
    {#- engines differ in which non-ASCII letters `lower` converts -#}
    {%- for word in multiball.identifier_placeholders() -%}
        {%- for form in [word, word | capitalize, word | upper] -%}
            {%- set letters = [] -%}
            {%- for letter in form -%}
                {%- do letters.append(letter | lower if letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" else letter) -%}
            {%- endfor -%}
            {%- do forms.append("'" ~ letters | join ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    case
        when
            {{ bare }} in ({{ forms | unique(case_sensitive=true) | join(", ") }})
            or {{ multiball.matches(bare, "^([-+0.,:;_/*?!#|~ ]*|-(1|2|9+)([.,]0+)?|[-f]{32,})$") }}
            or {{ multiball.matches(bare, "^(undefined|null|nan|none)([^a-z0-9]+(undefined|null|nan|none|[0-9]))+$") }}
            or {{
                multiball.matches(
                    "lower(trim(" ~ identifier ~ "))",
                    "^([$#]?[{][{]?[a-z_. ]+[}]?[}]|%%?[a-z_.]+%%?|__[a-z_.]+__|<[a-z_. ]+>|\\[[a-z_. ]+\\])$",
                )
            }}
        then null
        else trim({{ identifier }})
    end
{%- endmacro %}

{#- A visitor: `site_id:visitor_id`, because each site generates its own visitors' ids. Null if the id identifies no person. -#}
{% macro visitor_key(site_id, visitor_id) -%}
    ({{ site_id }} || ':' || {{ multiball.known_id(visitor_id) }})
{%- endmacro %}

{#- A customer of one shop: `source:account:customer_id`. Null if the id identifies no person. -#}
{% macro customer_ref(source, account, customer_id) -%}
    ({{ source }} || ':' || {{ account }} || ':' || {{ multiball.known_id(customer_id) }})
{%- endmacro %}
