{{ as_imported("influencer_post", source("import", "influencer_post")) }}
