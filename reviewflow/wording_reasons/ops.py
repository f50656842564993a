"""Running the product: settings, queue, workers, checks of `doctor`."""

SENTENCES: dict[str, str] = {
    "config.choice": '%(name)s is "%(value)s". It must be one of: %(allowed)s.',
    "config.number": '%(name)s is "%(value)s". It must be a whole number, at least %(least)s.',
    "config.seconds": '%(name)s is "%(value)s". It must be a number of seconds above 0.',
    "config.waits": '%(name)s is "%(value)s". It must be numbers of seconds above 0, separated by commas.',
    "config.no_folder": "%(name)s: there is no folder %(value)s. Create it or name another one.",
    "config.no_home": "%(name)s: the folder %(value)s cannot be written (%(problem)s). Name another one.",
    "config.zone": '%(name)s is "%(value)s", which is no time zone. Write it like Asia/Shanghai.',
    "config.bind": '%(name)s is "%(value)s". It must be HOST:PORT, like 127.0.0.1:8000.',
    "config.scheme": "%(name)s must begin with one of: %(allowed)s.",
    "config.missing": "%(name)s is not set. Without it the product cannot start.",
    "config.no_secret": (
        "%(name)s is not set. Sessions and links are signed with it. Make one with: "
        'python3 -c "import secrets; print(secrets.token_hex(32))"'
    ),
    "config.weak_secret": "%(name)s is too easy to guess. Use at least %(least)s random characters.",
    "config.base_url": '%(name)s is "%(value)s". It must be an address like http://reviews.example.com.',
    "config.base_url_https": (
        '%(name)s is "%(value)s". It must be an https:// address: sign-ins over plain HTTP can be read.'
    ),
    "config.test_only": "%(name)s is for tests. Remove it, or set REVIEWFLOW_ENV=test.",
    "config.lease": "%(name)s must be at least twice %(other)s, or work is taken from those who do it.",
    "config.unknown": "%(name)s is set, but there is no such setting. Remove it.",
    "config.unknown_near": "%(name)s is set, but there is no such setting. Is %(near)s meant?",
    "redis.not_started": "The private Redis did not start. Its own words are in %(log)s.",
    "redis.no_answer": "Redis at %(url)s did not answer within %(seconds)s seconds.",
    "redis.no_server": (
        "There is no Redis. Install redis-server or valkey-server, or set REDIS_URL to a server that runs."
    ),
    "redis.folder": "The folder %(folder)s belongs to somebody else. Remove it or set REVIEWFLOW_HOME.",
    "worker.one_queue": "A worker serves exactly one queue, not %(count)s. The queues are: %(queues)s.",
    "worker.no_queue": 'There is no queue "%(queue)s". The queues are: %(queues)s.',
    "retry.not_yours": "Only HR and system administrators can take up work that was given up.",
    "retry.not_parked": "This work is not given up any more: somebody has taken it up, or it is done.",
    "job.timeout": "The work took longer than %(seconds)s seconds and was stopped.",
    "job.error": "The work failed: %(error)s",
    "doctor.database": "Database: %(kind)s, schema %(revision)s.",
    "doctor.database_away": "The database does not answer: %(error)s. Check DATABASE_URL and the server.",
    "doctor.database_old": (
        "The database has schema %(current)s, this release needs %(newest)s. Run: reviewflow doctor --migrate"
    ),
    "doctor.scratch": (
        "The database is a rehearsal's: its business clock can be moved. It must not be used here."
    ),
    "cli.line": "Line %(line)s: %(text)s",
    "doctor.definition": (
        'The accepted %(kind)s "%(name)s", on which open reviews run, cannot be read: %(faults)s. '
        "Install the release that accepted it."
    ),
    "doctor.definitions": "Accepted definitions in use: %(count)s, all can be read.",
    "doctor.parked": ("Given up after several failures: %(count)s pieces of work. The page System says why."),
    "doctor.waiting": (
        "%(count)s pieces of work are due, the oldest for %(minutes)s minutes. Are `reviewflow clock`, "
        "`reviewflow worker letters` and `reviewflow worker default` running?"
    ),
    "doctor.work": "Promised work: %(count)s due now, nothing waits for long, nothing was given up.",
    "doctor.redis_private": "Redis: none given, the private one is started with %(binary)s.",
    "doctor.redis_away": "Redis does not answer (%(error)s). Check REDIS_URL and the server.",
    "doctor.redis_old": "Redis is version %(version)s; 6.2 or newer is needed.",
    "doctor.redis_evicts": (
        "Redis throws keys away when it is full (maxmemory-policy %(policy)s). Set it to noeviction."
    ),
    "doctor.redis": "Redis: version %(version)s.",
    "doctor.file": "%(file)s has faults: %(faults)s. `reviewflow workflow check` tells each with its line.",
    "doctor.files": "Workflow files in %(folder)s: %(count)s, without faults.",
    "doctor.printer": "Printer: ready.",
    "doctor.printer_lacks": (
        "Letters cannot be printed: %(error)s. On Debian and Ubuntu: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    ),
    "doctor.lake": "Lake of events: complete up to batch %(batch)s.",
    "doctor.lake_damaged": (
        "Files of the lake missing or damaged: %(files)s. Run: reviewflow doctor --rebuild-lake"
    ),
    "doctor.lake_busy": "Another process is copying to the lake. Try again in a moment.",
    "doctor.lake_rebuilt": "The lake was rebuilt up to batch %(batch)s.",
    "audit.holds": "The audit holds: %(rows)s rows under %(seals)s seals, nothing was changed.",
    "audit.does_not_hold": "The audit does not hold. %(rows)s rows under %(seals)s seals were looked at.",
    "audit.broken_rows": (
        "Audit number %(first)s in seal %(no)s, or what stood directly before it, is not what was sealed."
    ),
    "audit.broken_missing": "Audit number %(first)s in seal %(no)s was removed.",
    "audit.broken_backdated": (
        "Audit number %(first)s in seal %(no)s bears a time long before the seal: it was added afterwards."
    ),
    "audit.broken_left_out": (
        "Audit number %(first)s was never sealed, although rows after it are: it was added."
    ),
    "audit.broken_stray": (
        "Audit numbers %(first)s to %(last)s belong to seal %(no)s, which is not there: it was removed."
    ),
    "audit.broken_count": "Seal %(no)s covers another number of rows than were sealed.",
    "audit.broken_chain": "Seal %(no)s does not follow from the seal before it: one was changed or removed.",
    "audit.unsealed": "%(rows)s rows are not sealed yet. The clock seals every second while it runs.",
    "audit.anchor_found": "The head that you noted is in the chain.",
    "audit.anchor_missing": (
        "The head that you noted is not in the chain: the audit was cut off or written anew."
    ),
    "job.died": "The process that did the work was ended from outside (%(ending)s); often memory ran out.",
}
