{#-
  Where each event says that its visitor came from, in the order that GA4 looks: Google's click ids, UTM tags, referrer. A log's own
  columns go before the tags of its addresses; a log that says `(direct)` says so whatever the referrer is.
-#}
with
    tagged as (
        {{ read_tags(ref("int_events_consented"), "page_url", ["source", "medium", "campaign", "content", "term"]) }}
    ),

    evidence as (
        select
            *,
            {{ url_host("page_url") }} as page_host,
            {{ url_host("referrer") }} as referrer_host,
            case when page_url like '%?%' then {{ url_parameter("page_url", "srsltid") }} end as srsltid,
            {%- for name in click_id_names() %}
                coalesce(
                    {{ known_tag(name) if name in ["gclid", "fbclid", "msclkid", "ttclid"] else "null" }},
                    case
                        when consent_ads is distinct from false and page_url like '%?%'
                        then {{ url_parameter("page_url", name) }}
                    end
                ) as written_{{ name | lower }}{{ "," if not loop.last }}
            {%- endfor %}
        from tagged
    ),

    -- an unfilled placeholder of a click id is not a click
    clicked as (
        select
            *,
            {%- for name in click_id_names() %}
                {{ known_id("written_" ~ name | lower) }} as click_{{ name | lower }}{{ "," if not loop.last }}
            {%- endfor %}
        from evidence
    ),

    evidenced as (
        select
            *,
            case
                {%- for name in click_id_names() %}
                    when click_{{ name | lower }} is not null then '{{ name }}'
                {%- endfor %}
            end as click_id_name,
            coalesce(
                {% for name in click_id_names() %}click_{{ name | lower }}{{ ", " if not loop.last }}{% endfor %}
            ) as click_id,
            case
                when coalesce(click_gclid, click_gbraid, click_wbraid, click_dclid) is not null
                then 'google_click'
                when srsltid is not null
                then 'free_listing'
                when says_direct
                then 'nothing'
                when coalesce(tagged_source, tagged_medium, tagged_campaign) is not null
                then 'utm'
                when click_msclkid is not null
                then 'microsoft_click'
                when
                    referrer_host is null or referrer_host = page_host
                    {%- for host in var("ignored_referrers") %} or referrer_host = '{{ host }}' {%- endfor %}
                then case when click_fbclid is not null then 'facebook_click' else 'nothing' end
                when
                    referrer_host in ('chatgpt.com', 'chat.openai.com', 'gemini.google.com', 'claude.ai')
                    and occurred_at >= cast('2026-05-13' as timestamp)
                then 'ai_assistant'
                when {{ search_engine("referrer_host") }} is not null
                then 'search_engine'
                else 'referrer'
            end as evidence
        from clicked
    )

select
    _source,
    _account,
    _entity,
    event_key,
    site_id,
    session_id,
    visitor_id,
    user_id,
    known_session_id,
    visitor_key,
    customer_ref,
    event_name,
    page_url,
    page_path,
    referrer,
    evidenced.evidence,
    case
        evidenced.evidence
        when 'utm'
        then coalesce(tagged_source, '(not set)')
        when 'search_engine'
        then {{ search_engine("referrer_host") }}
        when 'ai_assistant'
        then referrer_host
        when 'referrer'
        then referrer_host
        else coalesce(clicks.traffic_source, '(direct)')
    end as traffic_source,
    case
        evidenced.evidence
        when 'utm'
        then coalesce(tagged_medium, '(not set)')
        when 'search_engine'
        then 'organic'
        when 'ai_assistant'
        then 'ai-assistant'
        when 'referrer'
        then 'referral'
        else coalesce(clicks.traffic_medium, '(none)')
    end as traffic_medium,
    case
        evidenced.evidence
        when 'free_listing'
        then 'Shopping Free Listings'
        when 'nothing'
        then null
        else tagged_campaign
    end as traffic_campaign,
    case
        when evidenced.evidence = 'google_click'
        then
            {{
                google_ads_channel(
                    "tagged_medium", "tagged_campaign", "coalesce(click_gclid, click_gbraid, click_wbraid) is null"
                )
            }}
    end as ad_channel,
    tagged_content as traffic_content,
    tagged_term as traffic_term,
    click_id_name,
    click_id,
    product_id,
    search_term,
    value,
    currency,
    order_id,
    load_ms,
    consent_analytics,
    consent_ads,
    is_bot,
    occurred_at
from evidenced
left join {{ ref("click_source") }} as clicks on clicks.evidence = evidenced.evidence
