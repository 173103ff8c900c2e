"""``warmline eval``: suites of conversations, played, graded, compared and reported."""

import typer

from . import eval_bless, eval_calibrate, eval_compare, eval_import, eval_lint, eval_list, eval_mutate, eval_report, eval_run
from .options import example

commands = typer.Typer(
    help="Play suites of conversations and gate on what came of them.",
    no_args_is_help=True,
    epilog=example(
        "warmline eval run evals/suites", "warmline eval lint evals/suites --probe", "warmline eval report results.jsonl"
    ),
)
commands.command("run", epilog=f"{eval_run.EXIT_CODES}\n\n{eval_run.EXAMPLES}")(eval_run.run)
commands.command("list", epilog=eval_list.EXAMPLES)(eval_list.list_cases)
commands.command("lint", epilog=eval_lint.EXAMPLES)(eval_lint.lint)
commands.command("mutate", epilog=eval_mutate.EXAMPLES)(eval_mutate.mutate)
commands.command("calibrate", epilog=eval_calibrate.EXAMPLES)(eval_calibrate.calibrate)
commands.command("import", epilog=eval_import.EXAMPLES)(eval_import.import_case)
commands.command("schema", epilog=eval_list.SCHEMA_EXAMPLES)(eval_list.schema)
commands.command("report", epilog=eval_report.REPORT_EXAMPLES)(eval_report.report)
commands.command("gate", epilog=eval_report.GATE_EXAMPLES)(eval_report.gate)
commands.command("compare", epilog=eval_compare.EXAMPLES)(eval_compare.compare)
commands.command("bless", epilog=eval_bless.EXAMPLES)(eval_bless.bless)
