{{ canonical_union("influencer_post") }}
