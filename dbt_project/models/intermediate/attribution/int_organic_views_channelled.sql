{#-
  How often own content was shown without advertising, by day and channel: impressions where the platform counts them, else its views less
  those that ads brought. Account days go before the sum of an account's content days, so that nothing is counted twice.
-#}
with
    account_days as (
        select
            days.date_day,
            days.platform,
            days.account_key,
            coalesce(days.impressions, days.views - coalesce(days.paid_views, 0)) as impressions
        from {{ ref("int_account_days_settled") }} as days
        where days.account_type = 'organic' and coalesce(days.impressions, days.views) is not null
    ),

    content_days as (
        select contents.date_day, contents.platform, contents.account_key, sum(contents.impressions) as impressions
        from {{ ref("int_content_days_settled") }} as contents
        left join
            account_days
            on account_days.account_key = contents.account_key
            and account_days.date_day = contents.date_day
        where contents.impressions is not null and account_days.account_key is null
        group by contents.date_day, contents.platform, contents.account_key
    ),

    unioned as (
        select *
        from account_days
        union all
        select *
        from content_days
    ),

    grouped as (
        select
            unioned.date_day,
            unioned.impressions,
            {{ channel_group("unioned.platform", "'(not set)'", "null", "categories.category") }} as channel
        from unioned
        left join {{ ref("source_category") }} as categories on categories.source = unioned.platform
    )

select
    date_day,
    case when channel = 'Unassigned' then 'Organic Social' else channel end as channel,
    cast(null as {{ dbt.type_string() }}) as campaign_key,
    cast(null as {{ dbt.type_string() }}) as campaign,
    cast(sum(impressions) as bigint) as impressions
from grouped
group by date_day, case when channel = 'Unassigned' then 'Organic Social' else channel end
