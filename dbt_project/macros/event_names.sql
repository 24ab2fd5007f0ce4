{#-
  GA4's name of an event that a collector in Segment's style sends; the name as sent where GA4 has none. A page or a screen has no name of its
  own, so its type names it. https://segment.com/docs/connections/spec/ecommerce/v2/
-#}
{% macro ga4_event_name(sent, type) -%}
    {%- set names = {
        "Page Viewed": "page_view",
        "Product Viewed": "view_item",
        "Product List Viewed": "view_item_list",
        "Product Clicked": "select_item",
        "Promotion Viewed": "view_promotion",
        "Promotion Clicked": "select_promotion",
        "Products Searched": "search",
        "Product Added": "add_to_cart",
        "Product Removed": "remove_from_cart",
        "Cart Viewed": "view_cart",
        "Checkout Started": "begin_checkout",
        "Payment Info Entered": "add_payment_info",
        "Order Completed": "purchase",
        "Completed Order": "purchase",
        "Order Refunded": "refund",
        "Form Submitted": "generate_lead",
        "Lead Generated": "generate_lead",
        "Signed Up": "sign_up",
        "Signed In": "login",
        "Page Timing": "timing",
        "Consent Updated": "consent",
    } -%}
    case
        coalesce(nullif({{ sent }}, ''), {{ type }})
        when 'page'
        then 'page_view'
        when 'screen'
        then 'screen_view'
        {%- for name, ga4 in names.items() %} when '{{ name }}' then '{{ ga4 }}' {%- endfor %}
        else coalesce(nullif({{ sent }}, ''), {{ type }})
    end
{%- endmacro %}
