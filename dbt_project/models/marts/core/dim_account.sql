select account_key, platform, account_id, account_name, account_type, currency, time_zone, url, is_deleted
from {{ ref("int_accounts_known") }}
