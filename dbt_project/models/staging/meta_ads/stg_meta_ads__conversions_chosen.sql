with
    candidates as (
        select
            actions.*,
            roots.goal,
            row_number() over (
                partition by actions._source, actions._account, actions.ad_id, actions.date_day, roots.goal
                order by roots.precedence
            ) as choice
        from {{ ref("stg_meta_ads__ad_actions") }} as actions
        inner join {{ ref("meta_action_root") }} as roots on actions.action_type = roots.action_type
    )

select
    _source,
    _account,
    date_day,
    ad_id,
    goal,
    action_type,
    actions,
    actions_1d_click,
    actions_7d_click,
    actions_28d_click,
    actions_1d_view,
    amount,
    amount_1d_click,
    amount_7d_click,
    amount_28d_click,
    amount_1d_view
from candidates
where choice = 1
