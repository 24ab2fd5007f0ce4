select
    content_key,
    platform,
    content_id,
    account_key,
    published_at,
    published_month,
    published_weekday,
    published_hour,
    content_type,
    topic,
    title,
    url,
    is_paid,
    is_deleted
from {{ ref("int_content_known") }}
