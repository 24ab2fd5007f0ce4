with source as ({{ newest_vintage(source("site", "events"), ["event_id"]) }})

select _source, _account, occurred_at
from source
