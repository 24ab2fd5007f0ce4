with
    source as (select * from {{ source("site", "orders") }} where not _deleted),

    renamed as (
        select
            _source,
            _account,
            order_id,
            customer_id,
            visitor_id,
            email_key,
            phone_key,
            status,
            coupon,
            {{ currency_code("currency") }} as currency,
            revenue,
            shipping,
            tax,
            discount,
            total,
            cost,
            refunded,
            coalesce(is_test, false) as is_test,
            ordered_at,
            updated_at,
            _extracted_at
        from source
    )

select *
from renamed
