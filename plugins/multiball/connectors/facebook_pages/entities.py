"""The raw tables of Facebook Pages. A day is a Pacific day: the platform reports its end, 07:00 or 08:00 UTC of the day after."""

from multiball.shapes import Entity, Field

_PAGE = Field("page_id", "string", "Page.", required=True)
_POST = Field("post_id", "string", "Post, as {page}_{post}.", required=True)
_METRIC = Field("metric", "string", "Name of the metric as the platform gives it, such as page_media_view.", required=True)

ENTITIES = (
    Entity(
        "pages",
        "One row per page.",
        "snapshot",
        ("page_id",),
        (
            _PAGE,
            Field("name", "string", "Name of the page."),
            Field("username", "string", "Handle of the page."),
            Field("category", "string", "Category, in the language of the token's owner."),
            Field("link", "string", "Address of the page."),
            Field("fan_count", "bigint", "People who like the page now."),
            Field("followers_count", "bigint", "People who follow the page now."),
        ),
    ),
    Entity(
        "posts",
        "One row per post published since the source's history_from.",
        "snapshot",
        ("post_id",),
        (
            _POST,
            _PAGE,
            Field("message", "string", "Text of the post; absent on posts of pictures alone."),
            Field("created_time", "timestamp", "When the post was published."),
            Field("updated_time", "timestamp", "When the post, or a comment on it, last changed."),
            Field("permalink_url", "string", "Address of the post."),
            Field("status_type", "string", "How the post came about, such as added_photos."),
            Field("media_type", "string", "Kind of the first attachment, such as photo, video or album."),
            Field("reactions", "bigint", "Reactions up to now."),
            Field("comments", "bigint", "Comments up to now."),
            Field("shares", "bigint", "Shares up to now; absent when the platform sends none, which need not mean 0."),
        ),
    ),
    Entity(
        "post_insights",
        "One row per post and lifetime metric: its value when extracted.",
        "snapshot",
        ("post_id", "metric"),
        (_POST, _METRIC, Field("value", "bigint", "Value of the metric from publication up to now.")),
        answered_by=("metric",),
    ),
    Entity(
        "page_insights",
        "One row per page day, metric, period and breakdown value.",
        "daily",
        ("date_day", "metric", "period", "is_from_ads"),
        (
            Field("date_day", "date", "Pacific day that the value is about, or the last day of its period.", required=True),
            _METRIC,
            Field("period", "string", "day, week or days_28; the longer ones roll, ending on date_day.", required=True),
            Field("is_from_ads", "string", '"1" from ads, "0" organic, "" without that breakdown.', required=True),
            _PAGE,
            Field("value", "bigint", "Value of the metric. Unique counts are de-duplicated within the period alone: never sum them."),
            Field("end_time", "timestamp", "End of the period as the platform reports it."),
        ),
        report_date="date_day",
        answered_by=("metric", "period", "is_from_ads"),
    ),
)
