"""The process behind `kepu worker`: runs jobs until it is asked to stop (`python -m kepu.cli.work`)."""

from __future__ import annotations

import asyncio

import click

GRACE_SECONDS = 10.0


@click.command()
@click.option("--concurrency", type=int, default=2)
@click.option("--queues", default="")
def work(*, concurrency: int, queues: str) -> None:
    """Run jobs; at SIGTERM finish the present ones, within a grace."""
    import django

    django.setup()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(_run(working, concurrency, [name.strip() for name in queues.split(",") if name.strip()]))


async def _run(app: object, concurrency: int, queues: list[str]) -> None:
    async with app.open_async():  # type: ignore[attr-defined]
        await app.run_worker_async(  # type: ignore[attr-defined]
            queues=queues or None,
            concurrency=concurrency,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",  # sealing and folding alone would leave tens of thousands of rows a day
        )


if __name__ == "__main__":
    work()
