
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'fabench' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'fabench'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'fabench' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Build the suite, run its benchmarks, show and save the result')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Judge a saved result against the stored baseline')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Measure two versions side by side and judge what changed: the surest way')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Show where the time or the memory of benchmarks goes')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Show a saved result or comparison again, in any format')
            [CompletionResult]::new('bisect', 'bisect', [CompletionResultType]::ParameterValue, 'Find the commit that made a benchmark slower')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take over the results of another tool (pytest-benchmark, Go, criterion, hyperfine …)')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a result as another tool reads it (pytest-benchmark, Bencher, github-action-benchmark, OpenMetrics, CSV)')
            [CompletionResult]::new('calibrate', 'calibrate', [CompletionResultType]::ParameterValue, 'Find out how small a change this machine shows, and what would help')
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Look at the recorded runs: lists, trends with change points; prune, export, import')
            [CompletionResult]::new('selftest', 'selftest', [CompletionResultType]::ParameterValue, 'Prove the gate here: false alarms and power, measured with known slow-downs')
            [CompletionResult]::new('dashboard', 'dashboard', [CompletionResultType]::ParameterValue, 'Write the history as one HTML page: trends, changes, verdicts, goals')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Serve the same page live, with running benchmarks and a JSON API')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a fabench.toml for the project in this folder, and workflows for its CI')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at what measuring needs here, and say what would help')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print what a shell needs to complete fabench''s commands and flags')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write a manual page for each command')
            [CompletionResult]::new('schemas', 'schemas', [CompletionResultType]::ParameterValue, 'Write the JSON schema of fabench.toml and of each file that fabench writes')
            break
        }
        'fabench;run' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list')
            [CompletionResult]::new('--suite', '--suite', [CompletionResultType]::ParameterName, 'Measure this suite executable as it is, instead of building the one that fabench.toml names')
            [CompletionResult]::new('--database-url', '--database-url', [CompletionResultType]::ParameterName, 'Measure the database at this URL instead of SQLite (postgres://…) [default: FABENCH_DATABASE_URL, better for a password: shells keep what is typed]; it is not kept in the result')
            [CompletionResult]::new('--websocket-url', '--websocket-url', [CompletionResultType]::ParameterName, 'Measure the running WebSocket server at this URL instead of the suite''s own (ws://HOST:PORT/PATH)')
            [CompletionResult]::new('--echo-path', '--echo-path', [CompletionResultType]::ParameterName, 'Path at which that server sends back what it is sent [default: the URL''s]')
            [CompletionResult]::new('--broadcast-topic', '--broadcast-topic', [CompletionResultType]::ParameterName, 'Topic that is broadcast to on that server [default: fabench]')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Bearer token for that server, kept in no result. Better in FABENCH_WEBSOCKET_TOKEN or a file: shells keep what is typed')
            [CompletionResult]::new('--token-file', '--token-file', [CompletionResultType]::ParameterName, 'File that holds the bearer token for that server')
            [CompletionResult]::new('--nats', '--nats', [CompletionResultType]::ParameterName, 'Add messages between two processes over the NATS server at this URL (nats://…) [default: FABENCH_NATS_URL, better for a password]; it is not kept in the result')
            [CompletionResult]::new('--min-rounds', '--min-rounds', [CompletionResultType]::ParameterName, 'Fewest rounds in each launch')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Measuring time of each benchmark over all its launches, in seconds')
            [CompletionResult]::new('--warmup', '--warmup', [CompletionResultType]::ParameterName, 'Longest warm-up of each launch, in seconds')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long a suite may take for one answer before it counts as hanging, in seconds [default: 60]')
            [CompletionResult]::new('--launches', '--launches', [CompletionResultType]::ParameterName, 'Timed launches (processes) of each benchmark')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write the result to this file as well, replacing it')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Keep the result as results/NAME.json; an existing one is never replaced')
            [CompletionResult]::new('--histogram', '--histogram', [CompletionResultType]::ParameterName, 'Draw how the samples are spread: FOLDER/category.svg and FOLDER/category/name.svg, replacing older ones')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile each benchmark once more after all have been measured, in processes of their own')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'What the rows of a group share: category, group, name, func, fullname, param or param:NAME; several with commas. Without it, results are grouped by category and comparisons not at all')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order of the benchmarks within a group [default: name]')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Columns of the table, separated by commas')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the benchmarks and what each does, and run none')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'A quick look, all benchmarks in under 30 s. Marked so, never accepted as a baseline')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'A quick look, all benchmarks in under 30 s. Marked so, never accepted as a baseline')
            [CompletionResult]::new('--postgres', '--postgres', [CompletionResultType]::ParameterName, 'Start a private PostgreSQL from the installed server, measure it, and remove it afterwards')
            [CompletionResult]::new('--scale', '--scale', [CompletionResultType]::ParameterName, 'Add the benchmarks at full size: a million agents, ten thousand connections, messages over NATS')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Record the run in the history (.fabench/history.db beside fabench.toml): `check` learns from it how much runs differ')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every metric of every benchmark')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every metric of every benchmark')
            [CompletionResult]::new('--fail-on-goal', '--fail-on-goal', [CompletionResultType]::ParameterName, 'Exit with 3 if a goal of fabench.toml is missed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;check' {
            [CompletionResult]::new('--results-file', '--results-file', [CompletionResultType]::ParameterName, 'The result to judge [default: results/latest.json beside fabench.toml]')
            [CompletionResult]::new('--baseline-dir', '--baseline-dir', [CompletionResultType]::ParameterName, 'Folder of the baseline [default: baselines/ beside fabench.toml]')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line')
            [CompletionResult]::new('--profile-time', '--profile-time', [CompletionResultType]::ParameterName, 'CPU time to sample on each side for --profile-on-regression, in seconds')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Folder for the reports [default: ci_results/ beside fabench.toml]')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'What the rows of a group share, the group with the gravest verdict first: category, group, name, func, fullname, param or param:NAME; several with commas. Without it there are no groups')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say in words why this benchmark was judged so')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--per-machine', '--per-machine', [CompletionResultType]::ParameterName, 'Keep a baseline for each machine class, in folders of their own: for CI systems whose machines differ')
            [CompletionResult]::new('--update-baseline', '--update-baseline', [CompletionResultType]::ParameterName, 'Accept the result as the new baseline; refused while there is a regression')
            [CompletionResult]::new('--force-baseline', '--force-baseline', [CompletionResultType]::ParameterName, 'Together with --update-baseline: accept it in spite of a regression')
            [CompletionResult]::new('--fail-on-regression', '--fail-on-regression', [CompletionResultType]::ParameterName, 'Exit with 3 if a benchmark got slower beyond the critical threshold')
            [CompletionResult]::new('--fail-on-inconclusive', '--fail-on-inconclusive', [CompletionResultType]::ParameterName, 'Exit with 4 if a benchmark is inconclusive, missing or not comparable')
            [CompletionResult]::new('--profile-on-regression', '--profile-on-regression', [CompletionResultType]::ParameterName, 'Profile both sides of every regression and tell which functions grew')
            [CompletionResult]::new('--github-comment', '--github-comment', [CompletionResultType]::ParameterName, 'Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set')
            [CompletionResult]::new('--github-annotations', '--github-annotations', [CompletionResultType]::ParameterName, 'Print GitHub''s `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;compare' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--budget', '--budget', [CompletionResultType]::ParameterName, 'Time for the whole comparison, in seconds [default: 10 for each benchmark, more for one of long launches]')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Most time for one benchmark, in seconds [default: 20, or what 100 pairs of launches take]')
            [CompletionResult]::new('--counter', '--counter', [CompletionResultType]::ParameterName, 'Compare counts instead of times, where the work repeats exactly and is single-threaded')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the order in which the two sides are measured')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line')
            [CompletionResult]::new('--profile-time', '--profile-time', [CompletionResultType]::ParameterName, 'CPU time to sample on each side for --profile-on-regression, in seconds')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Folder for the reports [default: ci_results/ beside fabench.toml]')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'What the rows of a group share, the group with the gravest verdict first: category, group, name, func, fullname, param or param:NAME; several with commas. Without it there are no groups')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say in words why this benchmark was judged so')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--fail-on-regression', '--fail-on-regression', [CompletionResultType]::ParameterName, 'Exit with 3 if a benchmark got slower beyond the critical threshold')
            [CompletionResult]::new('--fail-on-inconclusive', '--fail-on-inconclusive', [CompletionResultType]::ParameterName, 'Exit with 4 if a benchmark is inconclusive, missing or not comparable')
            [CompletionResult]::new('--profile-on-regression', '--profile-on-regression', [CompletionResultType]::ParameterName, 'Profile both sides of every regression and tell which functions grew')
            [CompletionResult]::new('--github-comment', '--github-comment', [CompletionResultType]::ParameterName, 'Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set')
            [CompletionResult]::new('--github-annotations', '--github-annotations', [CompletionResultType]::ParameterName, 'Print GitHub''s `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;profile' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'CPU time to sample of each benchmark, in seconds; 99 samples are taken in each')
            [CompletionResult]::new('--suite', '--suite', [CompletionResultType]::ParameterName, 'Profile this suite executable as it is, instead of building the one that fabench.toml names')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Folder for the profiles [default: results/profiles/TIME-COMMIT/ beside fabench.toml]')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Rows of the table')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--cpu', '--cpu', [CompletionResultType]::ParameterName, 'Where CPU time goes; what is taken unless --memory is given alone')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Where memory is allocated, what stays, and whether it grows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;report' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the report')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write it to this file, replacing it, instead of to standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write it to this file, replacing it, instead of to standard output')
            [CompletionResult]::new('--group-by', '--group-by', [CompletionResultType]::ParameterName, 'What the rows of a group share: category, group, name, func, fullname, param or param:NAME; several with commas. Without it, results are grouped by category and comparisons not at all')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order of the benchmarks within a group [default: name]')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Columns of the table, separated by commas')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every metric of every benchmark')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every metric of every benchmark')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;bisect' {
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Most time for measuring one commit, in seconds [default: 20, or what 100 pairs of launches take]')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the order in which the two sides are measured')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;import' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The format of the files; `auto` recognises it')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Record the runs in the history as well')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;export' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The format to write')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The format to write')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write it to this file, replacing it, instead of to standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write it to this file, replacing it, instead of to standard output')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;calibrate' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--time', '--time', [CompletionResultType]::ParameterName, 'Time for each benchmark, in seconds')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the order of the launches and of the cores')
            [CompletionResult]::new('--suite', '--suite', [CompletionResultType]::ParameterName, 'Calibrate with this suite executable as it is, instead of building the one that fabench.toml names')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;history' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the recorded runs, newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one recorded run and what was said of it')
            [CompletionResult]::new('trend', 'trend', [CompletionResultType]::ParameterValue, 'Show how a benchmark went: a chart, change points with their commits, creep')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Thin what is older than the days to keep to one value a week; baselines stay')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write everything to one file of JSON lines')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Read exported histories or saved results in: nothing is lost, nothing is there twice')
            break
        }
        'fabench;history;list' {
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'Only runs of this branch')
            [CompletionResult]::new('--suite', '--suite', [CompletionResultType]::ParameterName, 'Only runs of this suite')
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'Only runs of the last so many days')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most so many')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;history;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;history;trend' {
            [CompletionResult]::new('--metric', '--metric', [CompletionResultType]::ParameterName, 'This metric [default: the primary one]')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'Only runs of this branch')
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'The last so many days')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;history;prune' {
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'Days of which everything is kept, counted from the newest run [default: retention_days of fabench.toml, else 90]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--delete', '--delete', [CompletionResultType]::ParameterName, 'Delete what is older, instead of keeping one value a week for each benchmark')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;history;export' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;history;import' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print what was found or done')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;selftest' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--category', '--category', [CompletionResultType]::ParameterName, 'Measure only this category; may be given several times')
            [CompletionResult]::new('--minutes', '--minutes', [CompletionResultType]::ParameterName, 'Time for all trials, in minutes. More of them support narrower bounds')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed of the order of the trials and of the launches')
            [CompletionResult]::new('--suite', '--suite', [CompletionResultType]::ParameterName, 'Test with this suite executable as it is, instead of building the one that fabench.toml names')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('--builtin', '--builtin', [CompletionResultType]::ParameterName, 'Test with the kernels that are built into fabench; the default where no suite is configured')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;dashboard' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Folder that index.html is written to, replacing it')
            [CompletionResult]::new('--baseline-dir', '--baseline-dir', [CompletionResultType]::ParameterName, 'Folder of the baseline [default: baselines/ beside fabench.toml]')
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'How many days of the history')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;serve' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 takes any that is free')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to listen on. With another than a loopback address, everybody who reaches it can read the history')
            [CompletionResult]::new('--baseline-dir', '--baseline-dir', [CompletionResultType]::ParameterName, 'Folder of the baseline [default: baselines/ beside fabench.toml]')
            [CompletionResult]::new('--days', '--days', [CompletionResultType]::ParameterName, 'How many days of the history')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;init' {
            [CompletionResult]::new('--ci', '--ci', [CompletionResultType]::ParameterName, 'Also write what this CI system needs')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;doctor' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the list')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;completions' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;man' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'fabench;schemas' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: fabench.toml in this folder or the nearest above it]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
