"""Messages in any order: the system and a model of a dozen lines always agree."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hyllan.peers.cards import cards
from hyllan.protocols import ncip

from . import make
from .make import ask

USERS = ["INST-LUND", "INST-MALMO", cards(make.HORBY)[0].number]
users = st.sampled_from(USERS)
own = st.sampled_from(["A1", "B1"])
foreign = st.sampled_from(["X1", "X2"])
ids = st.sampled_from(["r1", "r2", "r3", "r4"])


class Circulation(RuleBasedStateMachine):
    """What is lent, held and here, kept beside the system in plain dicts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="hyllan-")
        self.library = make.system(home=Path(self.folder.name))
        self.lent: dict[str, str] = {}
        self.held: dict[str, tuple[str, str]] = {}  # item -> request, user
        self.temporary: set[str] = set()
        self.used_ids: set[str] = set()

    def teardown(self) -> None:
        self.library.close()
        self.folder.cleanup()

    def does(self, message: ncip.Initiation) -> bool:
        return not ask(self.library, message).problems

    def free_for(self, item: str, user: str) -> bool:
        return item not in self.lent and self.held.get(item, ("", user))[1] == user

    @rule(item=own | foreign, user=users, request=ids)
    def request(self, item: str, user: str, request: str) -> None:
        lawful = (
            request not in self.used_ids
            and (item in {"A1", "B1"} or item in self.temporary)
            and item not in self.lent
            and item not in self.held
        )

        done = self.does(ncip.RequestItem(user_id=user, item_id=item, request_id=request))

        assert done == lawful
        if done:
            self.used_ids.add(request)
            self.held[item] = (request, user)

    @rule(item=own | foreign, user=users, request=ids)
    def accept(self, item: str, user: str, request: str) -> None:
        lawful = request not in self.used_ids and item not in {"A1", "B1", *self.temporary}

        done = self.does(ncip.AcceptItem(user_id=user, item_id=item, request_id=request))

        assert done == lawful
        if done:
            self.used_ids.add(request)
            self.temporary.add(item)
            self.held[item] = (request, user)

    @rule(item=own | foreign, user=users)
    def check_out(self, item: str, user: str) -> None:
        lawful = (item in {"A1", "B1"} or item in self.temporary) and self.free_for(item, user)

        done = self.does(ncip.CheckOutItem(user_id=user, item_id=item))

        assert done == lawful
        if done:
            self.held.pop(item, None)
            self.lent[item] = user

    @rule(item=own | foreign)
    def check_in(self, item: str) -> None:
        done = self.does(ncip.CheckInItem(item_id=item))

        assert done == (item in self.lent or item in self.temporary)
        self.lent.pop(item, None)
        if item in self.temporary:
            self.temporary.remove(item)
            self.held.pop(item, None)

    @rule(request=ids, user=users)
    def cancel(self, request: str, user: str) -> None:
        item = next((i for i, hold in self.held.items() if hold == (request, user)), None)

        done = self.does(ncip.CancelRequestItem(user_id=user, request_id=request))

        assert done == (item is not None)
        if item is not None:
            del self.held[item]

    @invariant()
    def the_system_says_what_the_model_says(self) -> None:
        state = self.library.state()
        assert state["lent"] == self.lent
        assert state["held"] == {item: user for item, (_, user) in self.held.items()}
        assert (state["items"], state["temporary_items"]) == (2, len(self.temporary))
        assert state["loans"] + state["holds"] <= state["items"] + state["temporary_items"]


TestCirculation = Circulation.TestCase
TestCirculation.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
