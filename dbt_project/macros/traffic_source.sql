{#-
  The channel of a click that Google's ad products tagged by themselves, by the network that showed the ad; null where nothing names
  a network, and the default rules apply to google / cpc. GA4 asks the linked ad account; without that link only the tags beside the
  click id can name it. `is_display_product` says that the click id is one of Display & Video 360 or Campaign Manager 360.
-#}
{% macro google_ads_channel(medium, campaign, is_display_product) -%}
    {%- set medium = "coalesce(lower(trim(" ~ medium ~ ")), '')" -%}
    case
        when lower({{ campaign }}) like '%cross-network%'
        then 'Cross-network'
        when {{ medium }} in ('display', 'banner', 'expandable', 'interstitial', 'cpm')
        then 'Display'
        when {{ medium }} like '%video%' or {{ medium }} = 'cpv'
        then 'Paid Video'
        when {{ is_display_product }} and {{ medium }} = 'audio'
        then 'Audio'
        when {{ is_display_product }}
        then 'Display'
    end
{%- endmacro %}

{#- The value of a tag; null for the placeholders of unknown values that GA4 and other logs write. -#}
{% macro known_tag(tag) -%}
    {%- set value = "trim(" ~ tag ~ ")" -%}
    case
        when
            lower({{ value }}) not in (
                '',
                '-',
                '(not set)',
                'not set',
                '(none)',
                'none',
                '(not provided)',
                '(data not available)',
                'null',
                '(null)',
                'undefined',
                '(direct)',
                '(organic)',
                '(referral)',
                '(ai-assistant)'
            )
        then {{ value }}
    end
{%- endmacro %}

{#- The names that logs give to a visit that came from nowhere. GA4 writes the first. -#}
{% macro direct_names() -%}
    {{
        return(
            "('(direct)', 'direct', 'direct entry', 'direct traffic', 'direct visit', 'typed/bookmarked', '直接访问', '直接流量')"
        )
    }}
{%- endmacro %}

{#-
  Whether a log's own source and medium say that the visit was direct. A medium that says something (`direct / email`) goes before it,
  and a link with the tag `direct` and a campaign is a tagged link.
-#}
{% macro says_direct(source, medium, campaign) -%}
    {%- set written = "lower(trim(" ~ source ~ "))" -%}
    coalesce(
        {{ multiball.known_tag(medium) }} is null
        and (
            {{ written }} = '(direct)'
            or ({{ written }} in {{ multiball.direct_names() }} and {{ multiball.known_tag(campaign) }} is null)
            or (
                {{ multiball.known_tag(source) }} is null
                and {{ multiball.known_tag(campaign) }} is null
                and lower(trim({{ medium }})) = '(none)'
            )
        ),
        false
    )
{%- endmacro %}

{#- The channel that a source declares, in GA4's spelling where it is one of GA4's channels, else as it is written; or null. -#}
{% macro declared_channel(channel) -%}
    {%- set written = "lower(trim(" ~ channel ~ "))" -%}
    case
        {%- for name in multiball.channel_names() %}
            when {{ written }} = '{{ name | lower }}' then '{{ name }}'
        {%- endfor %}
        when
            {{ written }} in {{ multiball.direct_names() }} or {{ written }} in ('(direct) / (none)', '(direct)/(none)')
        then 'Direct'
        else {{ multiball.known_tag(channel) }}
    end
{%- endmacro %}

{#- GA4's default channel groups, in the order of their rules. -#}
{% macro channel_names() -%}
    {{
        return(
            [
                "Direct",
                "Cross-network",
                "Paid Shopping",
                "Paid Search",
                "Paid Social",
                "Paid Video",
                "Display",
                "Paid Other",
                "AI Assistant",
                "Organic Shopping",
                "Organic Social",
                "Organic Video",
                "Organic Search",
                "Referral",
                "Email",
                "Affiliates",
                "Audio",
                "SMS",
                "Mobile Push Notifications",
                "Unassigned",
            ]
        )
    }}
{%- endmacro %}

{#-
  A query over a relation with columns utm_* and a URL: all its columns and, for each of `tags`, `tagged_*`: the column's value, else
  that of the URL, decoded; null where neither has one. `says_direct` is true if they mark the visit as direct.
-#}
{% macro read_tags(relation, url, tags) -%}
    select
        *,
        {%- for tag in tags %}
            coalesce(
                {{ multiball.known_tag("logged_" ~ tag) }}, {{ multiball.known_tag("linked_" ~ tag) }}
            ) as tagged_{{ tag }},
        {%- endfor %}
        {{
            multiball.says_direct(
                "coalesce(logged_source, linked_source)",
                "coalesce(logged_medium, linked_medium)",
                "coalesce(logged_campaign, linked_campaign)",
            )
        }}
        and {{ multiball.known_tag("linked_medium") }} is null
        and coalesce(
            lower({{ multiball.known_tag("linked_source") }}) in {{ multiball.direct_names() }}, true
        ) as says_direct
    from
        (
            select
                *,
                {%- for tag in tags %}
                    nullif({{ multiball.url_decoded("column_" ~ tag) }}, '') as logged_{{ tag }},
                    {{ multiball.url_decoded("parameter_" ~ tag, plus_is_space=true) }} as linked_{{ tag }}
                    {{- "," if not loop.last }}
                {%- endfor %}
            from
                (
                    select
                        *,
                        {%- for tag in tags %}
                            nullif(trim(utm_{{ tag }}), '') as column_{{ tag }},
                            case
                                when {{ url }} like '%?%' then {{ multiball.url_parameter(url, "utm_" ~ tag) }}
                            end as parameter_{{ tag }}
                            {{- "," if not loop.last }}
                        {%- endfor %}
                    from {{ relation }}
                ) as written
        ) as decoded
{%- endmacro %}
