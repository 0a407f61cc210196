"""The addresses of the API."""

from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from hyllan.catalogue import queries
from hyllan.catalogue.api import shapes
from hyllan.catalogue.api.told import edition_page, told_record, told_result
from hyllan.catalogue.models import Edition
from hyllan.protocols.sru import CqlError, CqlQuery, Diagnostic, parse_cql, refuse_costly
from hyllan.region.models import Library, Organisation
from hyllan.region.queries import library as library_of
from hyllan.region.queries import organisations

PROBLEM = "application/problem+json"


class Api(NinjaAPI):
    """Ninja's, which says of problems too what kind of content they are."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description."""
        described = super().get_openapi_schema(**options)
        for path in described["paths"].values():
            for operation in path.values():
                for answer in operation["responses"].values():
                    content = answer.get("content", {})
                    if "Problem" in str(content):
                        content[PROBLEM] = content.pop("application/json")
        return described


api = Api(
    title="hyllan",
    version="1",
    description="The shared catalogue of the region's libraries. Reading is open to everybody and "
    "needs no key; nothing can be written. Errors are problem objects (RFC 9457).",
    urls_namespace="api",
    docs_url=None,  # its page fetches scripts from elsewhere
)
_TITLES = {400: "Bad Request", 404: "Not Found", 410: "Gone"}


class WrongRequest(Exception):  # noqa: N818 - what was asked cannot be answered; the text says why
    """There is no answer, with the status of HTTP and a sentence."""

    def __init__(self, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.detail, self.status = detail, status


def _json(told: Any, *, kind: str = "application/json", status: int = 200) -> HttpResponse:
    body = orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)
    return HttpResponse(body, content_type=kind, status=status)


def _problem(status: int, detail: str) -> HttpResponse:
    told = {"type": "about:blank", "title": _TITLES[status], "status": status, "detail": detail}
    return _json(told, kind=PROBLEM, status=status)


@api.exception_handler(WrongRequest)
def refuse(_request: HttpRequest, wrong: WrongRequest) -> HttpResponse:
    """Say why there is no answer."""
    return _problem(wrong.status, wrong.detail)


@api.exception_handler(ValidationError)
def refuse_parameters(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which parameters are wrong, and why."""
    faults = (
        f"{'.'.join(str(part) for part in fault['loc'][1:] if part != 'asked')}: {fault['msg']}"
        for fault in error.errors
    )
    return _problem(400, ". ".join(dict.fromkeys(faults)) + ".")


@api.get(
    "/search",
    response={200: shapes.Found, 400: shapes.Problem},
    summary="Search all libraries",
    description="Works in which everything asked for is found, each by its best edition. Without "
    "`q` and `cql`: all that the filters leave, what most libraries have first.",
    tags=["catalogue"],
)
def search(request: HttpRequest, asked: Annotated[shapes.Asked, Query()]) -> HttpResponse:
    """Answer a search."""
    if asked.q and asked.cql:
        raise WrongRequest("q and cql were both given. Ask with one of them.")
    if asked.page * asked.limit > shapes.DEEPEST:
        raise WrongRequest(f"Hits after number {shapes.DEEPEST} are not given. Narrow the search.")
    _refuse_unknown_places(asked)
    try:
        found = queries.search(
            _query(asked),
            library=asked.library,
            organisation=asked.organisation,
            materials=tuple(asked.material),
            forms=tuple(asked.form),
            languages=tuple(asked.language),
            year_from=asked.year_from,
            year_to=asked.year_to,
            audience=asked.audience,
            easy=asked.easy,
            available=asked.available,
            sort=asked.sort,
            page=asked.page,
            limit=asked.limit,
            facets=asked.facets,
        )
    except CqlError as error:
        said = Diagnostic(error.diagnostic, error.details).sentence
        raise WrongRequest(f"cql: {said}. Indexes and relations are told at /sru.") from error
    return _json(told_result(found, edition_page(request)))


def _query(asked: shapes.Asked) -> str | CqlQuery:
    if not asked.cql:
        return asked.q
    query = parse_cql(asked.cql)
    refuse_costly(query)
    return query


def _refuse_unknown_places(asked: shapes.Asked) -> None:
    if asked.library:
        try:
            library_of(asked.library)
        except Library.DoesNotExist:
            raise WrongRequest(f"library: there is no library {asked.library}.") from None
    if asked.organisation:
        try:
            organisations().get(code=asked.organisation)
        except Organisation.DoesNotExist:
            raise WrongRequest(
                f"organisation: there is no organisation {asked.organisation}."
            ) from None


@api.get(
    "/records/{number}",
    response={
        200: shapes.Record,
        302: None,
        400: shapes.Problem,
        404: shapes.Problem,
        410: shapes.Problem,
    },
    summary="One edition",
    description="With its work and its items by library. 302: it has become part of another; "
    "410: no library has a record of it any more.",
    tags=["catalogue"],
)
def record(
    request: HttpRequest, number: Annotated[int, Path(ge=1, le=shapes.LARGEST)]
) -> HttpResponse:
    """Answer with one record."""
    try:
        edition = queries.edition(number)
    except Edition.DoesNotExist:
        raise WrongRequest(f"There is no record {number}.", 404) from None
    if edition.merged_into_id:
        return HttpResponseRedirect(reverse("api:record", args=[edition.merged_into_id]))
    if edition.gone:
        raise WrongRequest(f"No library has a record {number} any more.", 410)
    told = told_record(
        edition, queries.editions_beside(edition), queries.items_of(number), edition_page(request)
    )
    return _json(told)


@api.get(
    "/suggest",
    response={200: shapes.Suggestions, 400: shapes.Problem},
    summary="Suggestions as one types",
    description="Titles, names and subjects that have the words so far, the last as a beginning.",
    tags=["catalogue"],
)
def suggest(
    request: HttpRequest,  # noqa: ARG001 - the router gives it
    q: Annotated[str, Query(max_length=100, description="The words so far")],
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> HttpResponse:
    """Answer with what may be meant."""
    return _json({"suggestions": queries.suggest(q, limit)})
