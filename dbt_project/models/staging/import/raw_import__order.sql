with source as ({{ newest_imported(source("import", "order"), ["order_id"]) }})

select _source, _account, order_id, ordered_at, revenue, refunded, quantity
from source
