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
            {{ declared_channel("channel") }} as declared_channel,
            {{ told("campaign") }} as declared_campaign,
            {{ currency_code("currency") }} as currency,
            revenue,
            shipping,
            tax,
            discount,
            cost,
            refunded,
            quantity,
            ordered_at,
            false as is_test,
            'order' as _entity,
            _extracted_at
        from source
    )

    {{ as_canonical("order", "renamed") }}
