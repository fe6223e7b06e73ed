"""The one clock: held at a day, or at an instant."""

from datetime import UTC, date, datetime

from django.utils import timezone

from kepu.foundation import clock


def test_a_day_is_held_with_the_walls_time():
    with clock.fixed(date(2024, 3, 5)):
        assert clock.today() == date(2024, 3, 5)
        assert timezone.localdate(clock.now()) == date(2024, 3, 5)


def test_an_instant_is_held_in_the_citys_time_and_given_back_after():
    late = datetime(2024, 3, 5, 17, 30, tzinfo=UTC)  # 01:30 of the next day in the city
    before = clock.today()

    with clock.fixed(late):
        assert clock.now() == late
        assert clock.today() == date(2024, 3, 6)
        with clock.fixed(date(2024, 1, 1)):
            assert clock.today() == date(2024, 1, 1)
        assert clock.now() == late

    assert clock.today() == before
