{#-
  Staging of files. An import lands the columns of an entity's contract under the names that its `meta.import` gives, so that a staging model says
  only what it computes beyond the values below. multiball.importing reads the same declarations.
-#}
{#- The platform and the account of a row of a file, as its keys hold them. What a file leaves out is the mapping's account. -#}
{% macro imported_platform() -%} {{ return("coalesce(lower(platform), 'unknown')") }} {%- endmacro %}
{% macro imported_account() -%} {{ return("coalesce(account_id, _account)") }} {%- endmacro %}

{#- The columns that say whose object a row of a file is about, for a raw side. -#}
{% macro account_keys() -%}
    {{ return([multiball.imported_account(), "coalesce(platform, 'unknown')"]) }}
{%- endmacro %}

{#-
  The state of each row of a file. Rows that were landed before the import filled in a part of their key stand for the same object as the later ones,
  so the newest of them counts.
-#}
{% macro newest_imported(raw, key, keep_deleted=false) %}
    select *
    from
        (
            select
                *,
                {{ "_deleted as _is_deleted," if keep_deleted }}
                row_number() over (
                    partition by {{ (["_source", "_account"] + key) | join(", ") }}
                    order by _extracted_at desc, _run_id desc
                ) as _vintage_rank
            from {{ raw }} {{ "where not _deleted" if not keep_deleted }}
        ) as filled
    where _vintage_rank = 1
{% endmacro %}

{#- SQL by column of what is computed alike for every entity that has the column. -#}
{% macro imported_values(entity) %}
    {%- set platform, account, site = imported_platform(), imported_account(), "coalesce(site_id, _account)" %}
    {%- set campaign = "coalesce(campaign_id, campaign_name)" %}
    {{
        return(
            {
                "_entity": "'" ~ entity ~ "'",
                "platform": platform,
                "account_id": account,
                "account_key": platform ~ " || ':' || " ~ account,
                "content_key": object_key(platform, account, "content_id"),
                "campaign_id": campaign,
                "campaign_key": object_key(platform, account, campaign),
                "ad_key": object_key(platform, account, "ad_id"),
                "mention_key": platform ~ " || ':' || mention_id",
                "site_id": site,
                "event_key": "_source || ':' || _account || ':' || " ~ site ~ " || ':' || event_id",
                "currency": currency_code("currency"),
                "declared_channel": declared_channel("channel"),
                "declared_campaign": known_tag("campaign"),
                "is_deleted": "_is_deleted",
            }
        )
    }}
{% endmacro %}

{#-
  A staging model of files: the newest vintage of each row of `raw`, with all columns of the entity. A column that is something else here is given
  as an argument: `account_type="'organic'"`; what the contract's `lacks` names and nothing computes is null. `where` leaves rows out; `also` names
  columns of `raw` that come after those of the entity.
-#}
{% macro as_imported(entity, raw, where="true", also=[]) %}
    {%- set columns = canonical_columns(entity) %}
    {%- set imports = canonical_meta(entity).get("import") %}
    {%- if columns and not imports %}
        {%- do exceptions.raise_compiler_error(
            model.original_file_path
            ~ ": models/canonical/"
            ~ entity
            ~ ".yml has no meta.import. Declare there what a file brings."
        ) %}
    {%- elif not columns %}  {# while dbt parses #}
        select * from {{ raw }}
    {%- else %}
        {%- set names = columns | map(attribute="name") | list %}
        {#- rows that were landed before the import filled them in stand for the same object -#}
        {%- set filled = {
            "account_id": imported_account(),
            "platform": "coalesce(platform, 'unknown')",
            "site_id": "coalesce(site_id, _account)",
        } %}
        {%- set key = [] %}
        {%- for name in imports.key %} {%- do key.append(filled.get(name, name)) %}
        {%- endfor %}
        {%- set values = {} %}
        {%- for column in columns if column.config.meta.import and not column.config.meta.import.identifier %}
            {%- do values.update({column.name: column.config.meta.import.get("name", column.name)}) %}
        {%- endfor %}
        {%- for name, value in imported_values(entity).items() if name in names %}
            {%- do values.update({name: value}) %}
        {%- endfor %}
        {%- do values.update(kwargs) %}
        with
            source as (
                select *
                from ({{ newest_imported(raw, key, keep_deleted="is_deleted" in names) }}) as vintages
                where {{ where }}
            )

            {{
                as_canonical(
                    entity,
                    "source",
                    lacks=imports.lacks | reject("in", values.keys() | list) | list,
                    also=also,
                    **values
                )
            }}
    {%- endif %}
{% endmacro %}
