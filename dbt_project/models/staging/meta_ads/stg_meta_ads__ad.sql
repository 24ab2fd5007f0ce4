with
    -- the platform fills the ad's own ids into a link on a click
    tagged as (
        select
            *,
            'ads' as _entity,
            {{ url_decoded(url_parameter("'?' || url_tags", "utm_campaign"), plus_is_space=true) }} as written_tag
        from {{ ref("stg_meta_ads__ads") }}
    ),

    named as (
        select
            *,
            replace(
                replace(written_tag, '{{ "{{campaign.id}}" }}', '{campaign_id}'),
                '{{ "{{campaign.name}}" }}',
                '{campaign_name}'
            ) as campaign_tag
        from tagged
    )

    {{ as_canonical("ad", "named") }}
