select fact, source_name, account_id, date_day, is_covered from {{ ref("int_days_covered") }}
