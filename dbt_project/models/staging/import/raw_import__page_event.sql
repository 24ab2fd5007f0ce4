with source as ({{ newest_imported(source("import", "page_event"), ["event_id", "coalesce(site_id, _account)"]) }})

select _source, _account, occurred_at
from source
