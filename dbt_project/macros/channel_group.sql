{#-
  The default channel group of a visit or of spend, as Google Analytics 4 defines it: the first rule that matches wins.
  Rules: https://support.google.com/analytics/answer/9756891, the edition with the channel AI Assistant (13 May 2026), as known in
  November 2026; docs/decisions/0015-channels.md states them. Patterns match the whole value, in any case.
  `source`, `medium` and `campaign` are SQL expressions; `category` is the source's category from the seed source_category, or null.
  A missing value means '(not set)'. Never null: what no rule matches is Unassigned.
-#}
{% macro channel_group(source, medium, campaign, category) -%}
    {%- set source = "coalesce(nullif(lower(trim(" ~ source ~ ")), ''), '(not set)')" -%}
    {%- set medium = "coalesce(nullif(lower(trim(" ~ medium ~ ")), ''), '(not set)')" -%}
    {%- set campaign = "coalesce(nullif(lower(trim(" ~ campaign ~ ")), ''), '(not set)')" -%}
    {%- set paid = multiball.matches(medium, "^(.*cp.*|ppc|retargeting|paid.*)$") -%}
    {%- set shop = (
        "("
        ~ category
        ~ " = 'shopping' or "
        ~ multiball.matches(campaign, "^(.*(([^a-df-z]|^)shop|shopping).*)$")
        ~ ")"
    ) -%}
    {%- set email = "('email', 'e-mail', 'e_mail', 'e mail')" -%}
    case
        when {{ source }} = '(direct)' and {{ medium }} in ('(not set)', '(none)')
        then 'Direct'
        when {{ campaign }} like '%cross-network%'
        then 'Cross-network'
        when {{ shop }} and {{ paid }}
        then 'Paid Shopping'
        when {{ category }} = 'search' and {{ paid }}
        then 'Paid Search'
        when {{ category }} = 'social' and {{ paid }}
        then 'Paid Social'
        when {{ category }} = 'video' and {{ paid }}
        then 'Paid Video'
        when {{ medium }} in ('display', 'banner', 'expandable', 'interstitial', 'cpm')
        then 'Display'
        when {{ paid }}
        then 'Paid Other'
        when {{ medium }} = 'ai-assistant'
        then 'AI Assistant'
        when {{ shop }}
        then 'Organic Shopping'
        when
            {{ category }} = 'social'
            or {{ medium }} in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
        then 'Organic Social'
        when {{ category }} = 'video' or {{ medium }} like '%video%'
        then 'Organic Video'
        when {{ category }} = 'search' or {{ medium }} = 'organic'
        then 'Organic Search'
        when {{ medium }} in ('referral', 'app', 'link') and {{ category }} is distinct from 'email'
        then 'Referral'
        when {{ source }} in {{ email }} or {{ medium }} in {{ email }} or {{ category }} = 'email'
        then 'Email'
        when {{ medium }} = 'affiliate'
        then 'Affiliates'
        when {{ medium }} = 'audio'
        then 'Audio'
        when {{ source }} = 'sms' or {{ medium }} = 'sms'
        then 'SMS'
        when
            {{ medium }} like '%push'
            or {{ medium }} like '%mobile%'
            or {{ medium }} like '%notification%'
            or {{ source }} = 'firebase'
        then 'Mobile Push Notifications'
        else 'Unassigned'
    end
{%- endmacro %}
