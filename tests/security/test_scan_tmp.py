import pytest, json
from canary_documents import READS, WRITES
from canary_twins import Twins
pytestmark = pytest.mark.anyio
async def test_x(twins: Twins) -> None:
    bad=0; inv=0
    for kind,(docs,wrap) in {**{k:(v,False) for k,v in READS.items()},**{k:(v,True) for k,v in WRITES.items()}}.items():
        for d in docs:
            doc = f"mutation {{ it: {d} }}" if wrap else d
            res=[r.body.decode() for r in await twins.answers(doc)]
            if "VALIDATION" in res[0] or "PARSE_FAILED" in res[0]:
                inv+=1; print("INVALID",kind,doc,res[0][:300]); continue
            if "INTERNAL" in "".join(res): print("INTERNAL",doc)
            if len(set(res))>1:
                bad+=1; print("DIFF",kind,doc); [print("    ",r[:700]) for r in res]
    print(bad,inv)
    print(json.dumps((await twins.unlike("{ parties(first:3) { totalCount nodes {id name } } }")))[:400])
