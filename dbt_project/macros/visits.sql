{#-
  Whether a user agent says that it is a robot: crawlers, link previews, mail scanners, monitors, headless browsers and AI fetchers.
  An absent user agent proves nothing. Phones of the make Cubot are people.
-#}
{% macro is_bot(user_agent) -%}
    coalesce(
        {{
            multiball.matches(
                "replace(lower(" ~ user_agent ~ "), 'cubot', '')",
                "bot|crawl|spider|slurp|scan(ner)?[/ ;]|preview|facebookexternalhit|meta-external|chatgpt-user|claude-user|perplexity-user|"
                ~ "headless|phantomjs|lighthouse|pingdom|uptime|monitor|curl/|wget/|python-requests|python-httpx|go-http-client|okhttp|"
                ~ "java/[0-9]|libwww|scrapy|safelinks|whatsapp/|google-read-aloud|mediapartners",
            )
        }},
        false
    )
{%- endmacro %}

{#- The short name that GA4 gives a search engine, by the referring host; null where the host is none. -#}
{% macro search_engine(host) -%}
    case
        {%- for engine, pattern in [
            ("google", "^google[.][a-z.]+$"),
            ("bing", "^([a-z]+[.])?bing[.]com$"),
            ("yahoo", "^(.*[.])?search[.]yahoo[.][a-z.]+$"),
            ("duckduckgo", "^(html[.]|lite[.])?duckduckgo[.]com$"),
            ("ecosia.org", "^ecosia[.]org$"),
            ("baidu", "^(m[.])?baidu[.]com$"),
            ("yandex", "^yandex[.][a-z.]+$"),
            ("naver", "^(m[.])?search[.]naver[.]com$"),
            ("daum", "^(m[.])?search[.]daum[.]net$"),
            ("seznam", "^search[.]seznam[.]cz$"),
            ("so.com", "^(m[.])?so[.]com$"),
            ("sogou", "^([a-z]+[.])?sogou[.]com$"),
            ("qwant.com", "^(lite[.])?qwant[.]com$"),
            ("aol", "^search[.]aol[.]com$"),
            ("ask", "^ask[.]com$"),
        ] %}
            when {{ multiball.matches(host, pattern) }} then '{{ engine }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- Parameters of a landing address that identify a click, by network; the more reliable ones first. -#}
{% macro click_id_names() -%}
    {{
        return(
            [
                "gclid",
                "gbraid",
                "wbraid",
                "dclid",
                "msclkid",
                "ttclid",
                "li_fat_id",
                "twclid",
                "ScCid",
                "epik",
                "rdt_cid",
                "yclid",
                "fbclid",
            ]
        )
    }}
{%- endmacro %}

{#- The day of a UTC moment in the reporting time zone. -#}
{% macro reporting_day(moment) -%}
    {{ multiball.local_date(moment, "'" ~ var("reporting_time_zone") ~ "'") }}
{%- endmacro %}
