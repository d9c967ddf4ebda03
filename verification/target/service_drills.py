"""What the drills and the requests have shown of the service, each begun as early as it can be."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from verification.config import Config
from verification.databases import Server
from verification.finding import Unknown
from verification.service import Gone, NotStarted, Service
from verification.service.custody import Custody
from verification.service.custody import custody as custody_of
from verification.service.drill import Drill
from verification.service.fuzzed import Fuzzed
from verification.service.fuzzed import fuzzed as fuzzed_of
from verification.service.fuzzing import missing
from verification.service.listings import Listings
from verification.service.listings import listings as listings_of
from verification.service.misfortunes import exhausted, severed, silent
from verification.service.outage import Outage
from verification.service.outage import outage as outage_of
from verification.service.remembering import Memory
from verification.service.survey import Survey
from verification.target.fact import fact

MEMORY = ".hypothesis/service"  # beside what Hypothesis itself remembers


@contextmanager
def asked() -> Iterator[None]:
    """What becomes of an application that does not start, or is lost under way."""
    try:
        yield
    except NotStarted as reason:
        raise Unknown(f"the application does not start: {reason}") from None
    except (Gone, TimeoutError) as reason:
        raise Unknown(f"the application was lost while it was asked: {reason}") from None


@dataclass(frozen=True, slots=True)
class Begun:
    """What is mostly spent waiting, while others go on."""

    survey: Future[Survey]
    outage: Future[Outage]


@fact
def begun(service: Service) -> Iterator[Begun]:
    """The first drill, begun now."""
    surveyed: Future[Survey] = Future()

    def first() -> Outage:
        try:
            return outage_of(service, surveyed.set_result)
        except BaseException as error:
            if not surveyed.done():
                surveyed.set_exception(error)
            raise

    with ThreadPoolExecutor(1) as pool:
        yield Begun(surveyed, pool.submit(first))


@fact
def outage(begun: Begun) -> Outage:
    """The service before, during and after its database was away."""
    with asked():
        return begun.outage.result()


@fact
def underway(
    service: Service, server: Server, begun: Begun, config: Config
) -> Iterator[Future[tuple[Drill, ...]]]:
    """The other drills, begun as soon as it is known what the service answers."""
    thorough = config.depth != "quick"
    with ThreadPoolExecutor(3) as pool:

        def rest() -> tuple[Drill, ...]:
            survey = begun.survey.result()
            probes, alive = survey.probes, survey.alive
            others = (
                pool.submit(silent, service, probes, alive),
                pool.submit(exhausted, service, server, probes, alive, thorough=thorough),
            )
            drills = severed(service, server, probes, alive)
            waited = [drill for future in others for drill in future.result()]
            return (*waited, *drills)

        yield pool.submit(rest)


@fact
def drills(outage: Outage, underway: Future[tuple[Drill, ...]]) -> tuple[Drill, ...]:
    """Everything that was done to the database, and how the service has borne it."""
    if not outage.drill.recovered:
        return (outage.drill,)  # after the others it is in pieces, too: nothing to add
    with asked():
        return (outage.drill, *underway.result())


@fact
def custody(service: Service, server: Server, outage: Outage) -> Custody:
    """Whether each request gives back the connections it takes."""
    with asked():
        return custody_of(service, server, outage.survey)


@fact
def listings(service: Service, outage: Outage) -> Listings:
    """What each list costs, with few and with many rows stored."""
    with asked():
        return listings_of(service, outage.survey)


@fact
def fuzzed(
    service: Service,
    server: Server,
    underway: Future[tuple[Drill, ...]],
    config: Config,
) -> Fuzzed:
    """What generated requests, races and failing commits have shown, while the drills last."""
    if reason := missing():
        raise Unknown(reason)
    with asked():
        found = fuzzed_of(service, server, config.depth, config.seed, Memory(config.root / MEMORY))
    if found.reason and not found.faults:
        raise Unknown(found.reason)
    return found
