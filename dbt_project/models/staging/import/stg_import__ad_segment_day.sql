{#-
  Segments come from files with segments only, and from files whose segments add up to the ad's day. The latter write a segment as `kind=segment`,
  or without its kind; a row without a segment is the ad's whole day.
-#}
{{ config(materialized="table") }}

{%- set sign = "position('=' in segment)" %}

with
    parts as (
        select
            *,
            case when {{ sign }} > 1 then substring(segment, 1, {{ sign }} - 1) else 'unknown' end as kind,
            case when {{ sign }} > 1 then substring(segment, {{ sign }} + 1) else segment end as part
        from {{ ref("stg_import__ad_day_segments") }}
        where segment <> ''
    )

    {{ as_canonical("ad_segment_day", "parts", segment_kind="kind", segment="part") }}
union all
{{ as_canonical("ad_segment_day", ref("stg_import__ad_segments")) }}
