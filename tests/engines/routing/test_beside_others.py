"""The engine in a process in which something else used HiGHS before, with a number of threads of its own."""

import subprocess
import sys

_SCRIPT = """
import highspy
highs = highspy.Highs()
for name, value in (("output_flag", False), ("threads", 2)):
    highs.setOptionValue(name, value)
highs.addVar(0.0, 1.0)
highs.run()
from kepu.engines.routing import Hours, Place, Settings, check, plan_tours
from tests.engines.routing.test_tours import DAYS, line
places = [Place(name, 1 + number, "t", 120) for number, name in enumerate("abcd")]
problem = line(*places, days=DAYS[:3], hours=Hours(420, 2700))
plan = plan_tours(problem, Settings(iterations=60, rounds=3))
print(plan.visits, len(check(plan, problem)))
"""


def test_a_process_that_used_other_threads_before_plans_all_the_same():
    ran = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout.splitlines()[-1] == "4 0"
