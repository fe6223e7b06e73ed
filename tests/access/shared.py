"""The shared look, the admin, the API's own pages and the language switch."""

from tests.access import OPEN, STAFF, row, walked

AWAY = dict.fromkeys(OPEN, 302)

ACCESS = {
    "web:elder": row(AWAY, method="post"),
    "web:theme": row(AWAY, method="post"),
    "web:language": row(AWAY, method="post"),
    "web:look": row(STAFF),
    "web:service_worker": row(OPEN),
    "set_language": row(AWAY, method="post"),
    "admin:*": walked("test_the_admin_opens_only_for_administrators_who_are_staff"),
    "api:openapi-json": row(OPEN),
    "api:openapi-view": row(OPEN),
    "api:api-root": row(dict.fromkeys(OPEN, 404)),
}
