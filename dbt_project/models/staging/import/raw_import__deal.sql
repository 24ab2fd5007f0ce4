with source as ({{ newest_imported(source("import", "deal"), ["deal_id"]) }})

select _source, _account, created_at, closed_at
from source
