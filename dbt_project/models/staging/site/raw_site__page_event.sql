with source as (select * from {{ source("site", "events") }} where not _deleted)

select _source, _account, occurred_at
from source
