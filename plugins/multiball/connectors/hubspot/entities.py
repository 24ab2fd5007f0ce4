"""The raw tables of HubSpot. All times are UTC."""

from multiball.shapes import Entity, Field

_CONTACT = Field("contact_id", "string", "Contact.", required=True)
_DEAL = Field("deal_id", "string", "Deal.", required=True)
_ENTERED = Field("entered_at", "timestamp", "When the stage was entered.", required=True)
_SOURCE_TYPE = Field("source_type", "string", "What changed the stage, such as FORM, API or CRM_UI.")
_MERGED = Field("merged_id", "string", "Record that was merged into another one and is no more.", required=True)
_ARCHIVED = Field("archived", "boolean", "True while the record is in the recycle bin.")

ENTITIES = (
    Entity(
        "contacts",
        "One row per contact, as it stood after its last change.",
        "changes",
        ("contact_id",),
        (
            _CONTACT,
            Field("email", "string", "E-mail address.", identifier="email"),
            Field("phone", "string", "Phone number.", identifier="phone"),
            Field("created_at", "timestamp", "When the contact was created."),
            Field("modified_at", "timestamp", "When the contact last changed, calculated properties included."),
            Field("lifecycle_stage", "string", "Lifecycle stage, such as lead or customer, or the id of a stage of one's own."),
            Field("analytics_source", "string", "Source of the first visit, such as PAID_SOCIAL."),
            Field("analytics_source_data_1", "string", "First detail of that source; its meaning depends on the source."),
            Field("analytics_source_data_2", "string", "Second detail of that source; its meaning depends on the source."),
            Field("latest_source", "string", "Source of the latest visit."),
            Field("first_url", "string", "First page that the contact visited."),
            Field("first_referrer", "string", "Page that referred the first visit."),
            Field("first_timestamp", "timestamp", "When the contact was first seen."),
            Field("google_click_id", "string", "Google's click id of the contact, if any."),
            Field("facebook_click_id", "string", "Facebook's click id of the contact, if any."),
            _ARCHIVED,
        ),
    ),
    Entity(
        "contact_stages",
        "One row per time that a contact entered a lifecycle stage.",
        "changes",
        ("contact_id", "stage", "entered_at"),
        (_CONTACT, Field("stage", "string", "Lifecycle stage that was entered.", required=True), _ENTERED, _SOURCE_TYPE),
    ),
    Entity(
        "contact_merges",
        "One row per contact that was merged into another one.",
        "changes",
        ("merged_id",),
        (_MERGED, Field("contact_id", "string", "Contact that it was merged into.", required=True)),
    ),
    Entity(
        "contact_ids",
        "One row per contact that exists, the recycle bin included: one that is missing was merged or deleted for good.",
        "snapshot",
        ("contact_id",),
        (_CONTACT,),
    ),
    Entity(
        "lifecycle_stages",
        "One row per lifecycle stage of the portal.",
        "snapshot",
        ("stage",),
        (
            Field("stage", "string", "Lifecycle stage as contacts have it: a name, or the id of a stage of one's own.", required=True),
            Field("label", "string", "Name of the stage in the portal."),
            Field("display_order", "bigint", "Place of the stage among the others."),
            Field("meaning", "string", "lead, qualified, customer or none, as the source's options say; absent where they say nothing."),
        ),
    ),
    Entity(
        "deals",
        "One row per deal, as it stood after its last change.",
        "changes",
        ("deal_id",),
        (
            _DEAL,
            Field("name", "string", "Name of the deal."),
            Field("contact_id", "string", "First contact associated with the deal, by id."),
            Field("pipeline_id", "string", "Pipeline of the deal."),
            Field("stage_id", "string", "Stage that the deal is in."),
            Field("amount", "decimal(18,6)", "Amount of the deal in its currency."),
            Field("currency", "string", "Currency of the amount, ISO 4217."),
            Field("created_at", "timestamp", "When the deal was created."),
            Field("modified_at", "timestamp", "When the deal last changed, calculated properties included."),
            Field("closed_at", "timestamp", "Close date; an expectation while the deal is open. Often midnight UTC of a day."),
            Field("is_closed", "boolean", "True when the deal is won or lost."),
            Field("is_won", "boolean", "True when the deal is won."),
            Field("analytics_source", "string", "Source of the deal, inherited from its contact."),
            _ARCHIVED,
        ),
    ),
    Entity(
        "deal_stages",
        "One row per time that a deal entered a stage.",
        "changes",
        ("deal_id", "stage_id", "entered_at"),
        (_DEAL, Field("stage_id", "string", "Stage that was entered.", required=True), _ENTERED, _SOURCE_TYPE),
    ),
    Entity(
        "deal_merges",
        "One row per deal that was merged into another one.",
        "changes",
        ("merged_id",),
        (_MERGED, Field("deal_id", "string", "Deal that it was merged into.", required=True)),
    ),
    Entity(
        "deal_ids",
        "One row per deal that exists, the recycle bin included: one that is missing was merged or deleted for good.",
        "snapshot",
        ("deal_id",),
        (_DEAL,),
    ),
    Entity(
        "pipeline_stages",
        "One row per stage of a deal pipeline.",
        "snapshot",
        ("pipeline_id", "stage_id"),
        (
            Field("pipeline_id", "string", "Pipeline.", required=True),
            Field("stage_id", "string", "Stage.", required=True),
            Field("pipeline_label", "string", "Name of the pipeline."),
            Field("stage_label", "string", "Name of the stage."),
            Field("display_order", "bigint", "Place of the stage within its pipeline."),
            Field("is_closed", "boolean", "True when a deal in this stage counts as closed."),
            Field("probability", "decimal(18,6)", "Probability that a deal in this stage is won, 0 to 1."),
        ),
    ),
)
