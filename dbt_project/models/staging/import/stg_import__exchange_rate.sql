{{ as_imported("exchange_rate", source("import", "exchange_rate"), where="rate > 0", _precedence="1") }}
