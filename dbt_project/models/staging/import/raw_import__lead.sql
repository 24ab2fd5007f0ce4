with source as ({{ newest_imported(source("import", "lead"), ["lead_id"]) }})

select _source, _account, created_at, qualified_at
from source
