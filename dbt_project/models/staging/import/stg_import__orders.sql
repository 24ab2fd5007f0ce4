with
    source as ({{ newest_vintage(source("import", "order"), ["order_id"]) }}),

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
            channel,
            campaign,
            {{ currency_code("currency") }} as currency,
            revenue,
            shipping,
            tax,
            discount,
            cost,
            refunded,
            quantity,
            ordered_at,
            _extracted_at
        from source
    )

select *
from renamed
