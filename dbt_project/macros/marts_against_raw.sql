{#-
  A query of the two sides of each check of a fact against raw: raw (macro `raw_side`), added up by the sources' ids, and the mart.
  The keys of the warehouse are not used on the side of raw, so that rows which a key has merged, lost or doubled show. If several sources
  report the same object and day, the one extracted last counts, as in the marts; the others are compared in checks of level `warn`.
  `raw_side` is null on the side of the mart.
-#}
{% macro marts_against_raw() %}
    {%- set text = dbt.type_string() %}
    {%- set today = reporting_day(as_of()) %}
    {%- set no_currency = "cast(null as " ~ text ~ ")" %}
    {#- `further` measures are compared with the mart, but not among sources: exports lack them -#}
    {%- set facts = {
        "ad_day": {
            "object": "ad_id",
            "currency": "currency",
            "measures": ["spend", "impressions", "clicks"],
            "mart": ref("fct_ad_daily"),
        },
        "account_day": {
            "object": "account_id",
            "currency": no_currency,
            "measures": ["reach", "impressions"],
            "further": ["views"],
            "mart": ref("fct_account_daily"),
        },
        "content_day": {
            "object": "content_id",
            "currency": no_currency,
            "measures": ["impressions", "likes", "comments"],
            "further": ["views"],
            "first": "_precedence, ",
            "mart": ref("fct_content_daily"),
        },
    } %}
    {%- set records = [
        ("order", "order", ["ordered_at"], ref("fct_order")),
        ("lead", "lead", ["created_at", "qualified_at"], ref("fct_lead")),
        ("deal", "deal", ["created_at", "closed_at"], ref("fct_deal")),
        ("event", "page_event", ["occurred_at"], ref("int_events_sessionized")),
    ] %}
    {%- set ids = ["_source", "_account", "_extracted_at", "platform", "account_id"] %}
    {%- set of_content = ids + ["content_id"] %}

    with
        {%- for name, fact in facts.items() %}
            {%- set measures = fact.measures + fact.further | default([]) %}
            {%- set given = ids + ["date_day"] + measures %}
            {%- if fact.object != "account_id" %} {%- do given.append(fact.object) %} {%- endif %}
            {%- if fact.currency == "currency" %} {%- do given.append("currency") %} {%- endif %}
            {%- if fact.first %} {%- do given.append("_precedence") %} {%- endif %}
            {{ name }}_arrived as (
                select
                    _source,
                    _account,
                    max(_extracted_at) as _extracted_at,
                    {{ "min(_precedence) as _precedence," if fact.first }}
                    platform,
                    account_id,
                    {{ fact.object }} as object_id,
                    date_day,
                    {{ fact.currency }} as currency,
                    max(raw_side) as raw_side
                    {%- for measure in measures %}, sum({{ measure }}) as {{ measure }} {%- endfor %}
                from {{ raw_side(name, given) }} as arrived
                group by
                    _source,
                    _account,
                    platform,
                    account_id,
                    date_day
                    {{- ", " ~ fact.object if fact.object != "account_id" }}
                    {{- ", currency" if fact.currency == "currency" }}
            ),

            {{ name }}_ranked as (
                select
                    *,
                    row_number() over (
                        partition by platform, account_id, object_id, date_day, currency
                        order by {{ fact.first }}_extracted_at desc, _source desc, _account desc
                    ) as source_rank,
                    min(account_id) over same_numbers <> max(account_id) over same_numbers
                    and min(_source) over same_numbers <> max(_source) over same_numbers as is_under_two_accounts
                from {{ name }}_arrived
                window
                    same_numbers as (
                        partition by platform, object_id, date_day, currency, {{ fact.measures | join(", ") }}
                    )
            ),
        {%- endfor %}

        -- of a piece of content its totals go first, then the sum of its days, then a description without numbers
        content_counted as (
            {%- for rank, rows_of_it, id, likes, comments, first in [
                (
                    1,
                    raw_side("content_total", of_content + ["_precedence", "likes", "comments"]),
                    "content_id",
                    "likes",
                    "comments",
                    "_precedence, ",
                ),
                (2, "content_day_ranked", "object_id", "likes", "comments", "source_rank, "),
                (3, raw_side("content", of_content), "content_id", "null", "null", ""),
            ] %}
                select
                    {{ rank }} as content_rank,
                    platform,
                    account_id,
                    {{ id }} as content_id,
                    raw_side,
                    cast({{ likes }} as bigint) as likes,
                    cast({{ comments }} as bigint) as comments,
                    row_number() over (
                        partition by platform, account_id, {{ id }}{{ ", date_day" if rank == 2 }}
                        order by {{ first }}_extracted_at desc, _source desc, _account desc
                    ) as recency
                from {{ rows_of_it }} as counted_{{ rank }} {{ "union all" if not loop.last }}
            {%- endfor %}
        ),

        content_chosen as (
            select *, min(content_rank) over (partition by platform, account_id, content_id) as best_rank
            from content_counted
            where recency = 1
        ),

        sides as (
            {%- for measure, of_raw, of_mart in [
                ("rows", "count(distinct content_id)", "count(*)"),
                ("likes", "sum(likes)", "sum(likes)"),
                ("comments", "sum(comments)", "sum(comments)"),
            ] %}
                select
                    {{ today }} as date_day,
                    'content_{{ measure }}_in_raw_equal_mart' as check_name,
                    'block' as level,
                    platform || ':' || account_id as scope,
                    max(raw_side) as raw_side,
                    cast({{ of_raw }} as decimal(18, 6)) as left_value,
                    cast(null as decimal(18, 6)) as right_value
                from content_chosen
                where content_rank = best_rank
                group by platform, account_id
                union all
                select
                    {{ today }},
                    'content_{{ measure }}_in_raw_equal_mart',
                    'block',
                    account_key,
                    null,
                    null,
                    cast({{ of_mart }} as decimal(18, 6))
                from {{ ref("content_performance") }}
                group by account_key
                union all
            {%- endfor %}
            {%- for name, fact in facts.items() %}
                {%- for measure in ["rows"] + fact.measures + fact.further | default([]) %}
                    {%- set amount = "count(*)" if measure == "rows" else "sum(" ~ measure ~ ")" %}
                    select
                        date_day,
                        '{{ name }}_{{ measure }}_in_raw_equal_mart',
                        'block',
                        platform || ':' || account_id,
                        max(raw_side),
                        cast({{ amount }} as decimal(18, 6)),
                        null
                    from {{ name }}_ranked
                    where source_rank = 1
                    group by date_day, platform, account_id
                    union all
                    select
                        date_day,
                        '{{ name }}_{{ measure }}_in_raw_equal_mart',
                        'block',
                        account_key,
                        null,
                        null,
                        cast({{ amount }} as decimal(18, 6))
                    from {{ fact.mart }}
                    group by date_day, account_key
                    union all
                {%- endfor %}
                {%- for measure in fact.measures %}
                    -- two sources of one account: what those say that do not count, and what the one says that does
                    select
                        date_day,
                        '{{ name }}_{{ measure }}_of_two_sources_agree',
                        'warn',
                        platform || ':' || account_id || ', ' || _source,
                        max(raw_side),
                        cast(sum({{ measure }}) as decimal(18, 6)),
                        cast(sum(kept) as decimal(18, 6))
                    from
                        (
                            select
                                *,
                                first_value({{ measure }}) over (
                                    partition by platform, account_id, object_id, date_day, currency
                                    order by source_rank
                                ) as kept
                            from {{ name }}_ranked
                        ) as of_all_sources
                    where source_rank > 1
                    group by date_day, platform, account_id, _source
                    union all
                {%- endfor %}
                {%- if fact.object != "account_id" %}
                    -- the same numbers of a like object under two accounts, by two sources: an account of two names
                    select
                        date_day,
                        '{{ name }}_is_of_one_account',
                        'warn',
                        platform || ':' || account_id,
                        max(raw_side),
                        cast(count(*) as decimal(18, 6)),
                        cast(0 as decimal(18, 6))
                    from {{ name }}_ranked
                    where is_under_two_accounts and {{ fact.measures[0] }} > 0
                    group by date_day, platform, account_id
                    union all
                {%- endif %}
            {%- endfor %}
            {%- for name, entity, moments, mart in records %}
                {%- set day = reporting_day("coalesce(" ~ moments | join(", ") ~ ")") %}
                {%- for relation, amounts in [
                    (
                        raw_side(entity, ["_source", "_account"] + moments),
                        "max(raw_side), cast(count(*) as decimal(18, 6)), null",
                    ),
                    (mart, "null, null, cast(count(*) as decimal(18, 6))"),
                ] %}
                    select
                        {{ day }}, '{{ name }}s_in_raw_equal_mart', 'block', _source || ', ' || _account, {{ amounts }}
                    from {{ relation }} as {{ name }}s
                    group by {{ day }}, _source, _account {{ "union all" if not loop.last }}
                    {%- endfor %} {{ "union all" if not loop.last }}
            {%- endfor %}
        )

    select date_day, check_name, level, scope, raw_side, left_value, right_value
    from sides
{% endmacro %}
