# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_fabench_global_optspecs
    string join \n config= history= h/help V/version
end

function __fish_fabench_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_fabench_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_fabench_using_subcommand
    set -l cmd (__fish_fabench_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c fabench -n "__fish_fabench_needs_command" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_needs_command" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_needs_command" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "run" -d 'Build the suite, run its benchmarks, show and save the result'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "check" -d 'Judge a saved result against the stored baseline'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "compare" -d 'Measure two versions side by side and judge what changed: the surest way'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "profile" -d 'Show where the time or the memory of benchmarks goes'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "report" -d 'Show a saved result or comparison again, in any format'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "bisect" -d 'Find the commit that made a benchmark slower'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "import" -d 'Take over the results of another tool (pytest-benchmark, Go, criterion, hyperfine …)'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "export" -d 'Write a result as another tool reads it (pytest-benchmark, Bencher, github-action-benchmark, OpenMetrics, CSV)'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "calibrate" -d 'Find out how small a change this machine shows, and what would help'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "history" -d 'Look at the recorded runs: lists, trends with change points; prune, export, import'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "selftest" -d 'Prove the gate here: false alarms and power, measured with known slow-downs'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "dashboard" -d 'Write the history as one HTML page: trends, changes, verdicts, goals'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "serve" -d 'Serve the same page live, with running benchmarks and a JSON API'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "init" -d 'Write a fabench.toml for the project in this folder, and workflows for its CI'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "doctor" -d 'Look at what measuring needs here, and say what would help'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "completions" -d 'Print what a shell needs to complete fabench\'s commands and flags'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "man" -d 'Write a manual page for each command'
complete -c fabench -n "__fish_fabench_needs_command" -f -a "schemas" -d 'Write the JSON schema of fabench.toml and of each file that fabench writes'
complete -c fabench -n "__fish_fabench_using_subcommand run" -s c -l category -d 'Measure only this category; may be given several times' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l format -d 'Form of the list' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand run" -l suite -d 'Measure this suite executable as it is, instead of building the one that fabench.toml names' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand run" -l database-url -d 'Measure the database at this URL instead of SQLite (postgres://…) [default: FABENCH_DATABASE_URL, better for a password: shells keep what is typed]; it is not kept in the result' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l websocket-url -d 'Measure the running WebSocket server at this URL instead of the suite\'s own (ws://HOST:PORT/PATH)' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l echo-path -d 'Path at which that server sends back what it is sent [default: the URL\'s]' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l broadcast-topic -d 'Topic that is broadcast to on that server [default: fabench]' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l token -d 'Bearer token for that server, kept in no result. Better in FABENCH_WEBSOCKET_TOKEN or a file: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l token-file -d 'File that holds the bearer token for that server' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand run" -l nats -d 'Add messages between two processes over the NATS server at this URL (nats://…) [default: FABENCH_NATS_URL, better for a password]; it is not kept in the result' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l min-rounds -d 'Fewest rounds in each launch' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l max-time -d 'Measuring time of each benchmark over all its launches, in seconds' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l warmup -d 'Longest warm-up of each launch, in seconds' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l timeout -d 'How long a suite may take for one answer before it counts as hanging, in seconds [default: 60]' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l launches -d 'Timed launches (processes) of each benchmark' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l json -d 'Write the result to this file as well, replacing it' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand run" -l save -d 'Keep the result as results/NAME.json; an existing one is never replaced' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l histogram -d 'Draw how the samples are spread: FOLDER/category.svg and FOLDER/category/name.svg, replacing older ones' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand run" -l profile -d 'Profile each benchmark once more after all have been measured, in processes of their own' -r -f -a "cpu\t'Where CPU time goes'
memory\t'Where memory is allocated'
both\t'Both'"
complete -c fabench -n "__fish_fabench_using_subcommand run" -l group-by -d 'What the rows of a group share: category, group, name, func, fullname, param or param:NAME; several with commas. Without it, results are grouped by category and comparisons not at all' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l sort -d 'Order of the benchmarks within a group [default: name]' -r -f -a "name\t''
min\t''
max\t''
mean\t''
median\t''
stddev\t''
iqr\t''
outliers\t''
ops\t''
p50\t''
p90\t''
p99\t''
p99.9\t''
cpu\t''
allocs\t''
bytes\t''
rss\t''
launches\t''
samples\t''"
complete -c fabench -n "__fish_fabench_using_subcommand run" -l columns -d 'Columns of the table, separated by commas' -r -f -a "min\t''
max\t''
mean\t''
median\t''
stddev\t''
iqr\t''
outliers\t''
ops\t''
p50\t''
p90\t''
p99\t''
p99.9\t''
cpu\t''
allocs\t''
bytes\t''
rss\t''
launches\t''
samples\t''"
complete -c fabench -n "__fish_fabench_using_subcommand run" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand run" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand run" -l list -d 'List the benchmarks and what each does, and run none'
complete -c fabench -n "__fish_fabench_using_subcommand run" -s q -l quick -d 'A quick look, all benchmarks in under 30 s. Marked so, never accepted as a baseline'
complete -c fabench -n "__fish_fabench_using_subcommand run" -l postgres -d 'Start a private PostgreSQL from the installed server, measure it, and remove it afterwards'
complete -c fabench -n "__fish_fabench_using_subcommand run" -l scale -d 'Add the benchmarks at full size: a million agents, ten thousand connections, messages over NATS'
complete -c fabench -n "__fish_fabench_using_subcommand run" -l record -d 'Record the run in the history (.fabench/history.db beside fabench.toml): `check` learns from it how much runs differ'
complete -c fabench -n "__fish_fabench_using_subcommand run" -s v -l verbose -d 'Show every metric of every benchmark'
complete -c fabench -n "__fish_fabench_using_subcommand run" -l fail-on-goal -d 'Exit with 3 if a goal of fabench.toml is missed'
complete -c fabench -n "__fish_fabench_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand run" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l results-file -d 'The result to judge [default: results/latest.json beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand check" -l baseline-dir -d 'Folder of the baseline [default: baselines/ beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand check" -l accept -d 'Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line' -r
complete -c fabench -n "__fish_fabench_using_subcommand check" -l profile-time -d 'CPU time to sample on each side for --profile-on-regression, in seconds' -r
complete -c fabench -n "__fish_fabench_using_subcommand check" -l output-dir -d 'Folder for the reports [default: ci_results/ beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand check" -l group-by -d 'What the rows of a group share, the group with the gravest verdict first: category, group, name, func, fullname, param or param:NAME; several with commas. Without it there are no groups' -r
complete -c fabench -n "__fish_fabench_using_subcommand check" -l explain -d 'Say in words why this benchmark was judged so' -r
complete -c fabench -n "__fish_fabench_using_subcommand check" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand check" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand check" -l per-machine -d 'Keep a baseline for each machine class, in folders of their own: for CI systems whose machines differ'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l update-baseline -d 'Accept the result as the new baseline; refused while there is a regression'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l force-baseline -d 'Together with --update-baseline: accept it in spite of a regression'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l fail-on-regression -d 'Exit with 3 if a benchmark got slower beyond the critical threshold'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l fail-on-inconclusive -d 'Exit with 4 if a benchmark is inconclusive, missing or not comparable'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l profile-on-regression -d 'Profile both sides of every regression and tell which functions grew'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l github-comment -d 'Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set'
complete -c fabench -n "__fish_fabench_using_subcommand check" -l github-annotations -d 'Print GitHub\'s `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true'
complete -c fabench -n "__fish_fabench_using_subcommand check" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand check" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -s c -l category -d 'Measure only this category; may be given several times' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l budget -d 'Time for the whole comparison, in seconds [default: 10 for each benchmark, more for one of long launches]' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l max-time -d 'Most time for one benchmark, in seconds [default: 20, or what 100 pairs of launches take]' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l counter -d 'Compare counts instead of times, where the work repeats exactly and is single-threaded' -r -f -a "instructions\t'Instructions under callgrind (valgrind); thresholds of 1 %'"
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l seed -d 'Seed of the order in which the two sides are measured' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l accept -d 'Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l profile-time -d 'CPU time to sample on each side for --profile-on-regression, in seconds' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l output-dir -d 'Folder for the reports [default: ci_results/ beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l group-by -d 'What the rows of a group share, the group with the gravest verdict first: category, group, name, func, fullname, param or param:NAME; several with commas. Without it there are no groups' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l explain -d 'Say in words why this benchmark was judged so' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l fail-on-regression -d 'Exit with 3 if a benchmark got slower beyond the critical threshold'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l fail-on-inconclusive -d 'Exit with 4 if a benchmark is inconclusive, missing or not comparable'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l profile-on-regression -d 'Profile both sides of every regression and tell which functions grew'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l github-comment -d 'Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -l github-annotations -d 'Print GitHub\'s `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand compare" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand profile" -s c -l category -d 'Measure only this category; may be given several times' -r
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l time -d 'CPU time to sample of each benchmark, in seconds; 99 samples are taken in each' -r
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l suite -d 'Profile this suite executable as it is, instead of building the one that fabench.toml names' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l out -d 'Folder for the profiles [default: results/profiles/TIME-COMMIT/ beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l top -d 'Rows of the table' -r
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l cpu -d 'Where CPU time goes; what is taken unless --memory is given alone'
complete -c fabench -n "__fish_fabench_using_subcommand profile" -l memory -d 'Where memory is allocated, what stays, and whether it grows'
complete -c fabench -n "__fish_fabench_using_subcommand profile" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand profile" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand report" -s f -l format -d 'Form of the report' -r -f -a "terminal\t''
markdown\t''
json\t''
html\t''
junit\t''
csv\t''
svg\t''"
complete -c fabench -n "__fish_fabench_using_subcommand report" -s o -l output -d 'Write it to this file, replacing it, instead of to standard output' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand report" -l group-by -d 'What the rows of a group share: category, group, name, func, fullname, param or param:NAME; several with commas. Without it, results are grouped by category and comparisons not at all' -r
complete -c fabench -n "__fish_fabench_using_subcommand report" -l sort -d 'Order of the benchmarks within a group [default: name]' -r -f -a "name\t''
min\t''
max\t''
mean\t''
median\t''
stddev\t''
iqr\t''
outliers\t''
ops\t''
p50\t''
p90\t''
p99\t''
p99.9\t''
cpu\t''
allocs\t''
bytes\t''
rss\t''
launches\t''
samples\t''"
complete -c fabench -n "__fish_fabench_using_subcommand report" -l columns -d 'Columns of the table, separated by commas' -r -f -a "min\t''
max\t''
mean\t''
median\t''
stddev\t''
iqr\t''
outliers\t''
ops\t''
p50\t''
p90\t''
p99\t''
p99.9\t''
cpu\t''
allocs\t''
bytes\t''
rss\t''
launches\t''
samples\t''"
complete -c fabench -n "__fish_fabench_using_subcommand report" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand report" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand report" -s v -l verbose -d 'Show every metric of every benchmark'
complete -c fabench -n "__fish_fabench_using_subcommand report" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand report" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand bisect" -l max-time -d 'Most time for measuring one commit, in seconds [default: 20, or what 100 pairs of launches take]' -r
complete -c fabench -n "__fish_fabench_using_subcommand bisect" -l seed -d 'Seed of the order in which the two sides are measured' -r
complete -c fabench -n "__fish_fabench_using_subcommand bisect" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand bisect" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand bisect" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand bisect" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand import" -l format -d 'The format of the files; `auto` recognises it' -r -f -a "auto\t''
asv\t''
bencher\t''
benchmarkdotnet\t''
catch2\t''
criterion\t''
divan\t''
flat-baseline\t''
github-action-benchmark\t''
go\t''
google-benchmark\t''
gungraun\t''
hyperfine\t''
jmh\t''
libtest\t''
pytest-benchmark\t''
vitest\t''"
complete -c fabench -n "__fish_fabench_using_subcommand import" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand import" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand import" -l record -d 'Record the runs in the history as well'
complete -c fabench -n "__fish_fabench_using_subcommand import" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand import" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand export" -s f -l format -d 'The format to write' -r -f -a "pytest-benchmark\t'pytest-benchmark compare, and what reads its JSON'
bencher\t'bencher run --adapter json'
github-action-benchmark\t'github-action-benchmark with `tool: customSmallerIsBetter`'
github-action-benchmark-bigger\t'github-action-benchmark with `tool: customBiggerIsBetter`'
openmetrics\t'Prometheus'
csv\t'spreadsheets and data frames'"
complete -c fabench -n "__fish_fabench_using_subcommand export" -s o -l output -d 'Write it to this file, replacing it, instead of to standard output' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand export" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand export" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand export" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -s c -l category -d 'Measure only this category; may be given several times' -r
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -l time -d 'Time for each benchmark, in seconds' -r
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -l seed -d 'Seed of the order of the launches and of the cores' -r
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -l suite -d 'Calibrate with this suite executable as it is, instead of building the one that fabench.toml names' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand calibrate" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -f -a "list" -d 'List the recorded runs, newest first'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -f -a "show" -d 'Show one recorded run and what was said of it'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -f -a "trend" -d 'Show how a benchmark went: a chart, change points with their commits, creep'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -f -a "prune" -d 'Thin what is older than the days to keep to one value a week; baselines stay'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -f -a "export" -d 'Write everything to one file of JSON lines'
complete -c fabench -n "__fish_fabench_using_subcommand history; and not __fish_seen_subcommand_from list show trend prune export import" -f -a "import" -d 'Read exported histories or saved results in: nothing is lost, nothing is there twice'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l branch -d 'Only runs of this branch' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l suite -d 'Only runs of this suite' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l days -d 'Only runs of the last so many days' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from show" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from show" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from show" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -l metric -d 'This metric [default: the primary one]' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -l branch -d 'Only runs of this branch' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -l days -d 'The last so many days' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from trend" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -l days -d 'Days of which everything is kept, counted from the newest run [default: retention_days of fabench.toml, else 90]' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -l delete -d 'Delete what is older, instead of keeping one value a week for each benchmark'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from export" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from export" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from export" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from import" -l format -d 'How to print what was found or done' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from import" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from import" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand history; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -s c -l category -d 'Measure only this category; may be given several times' -r
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -l minutes -d 'Time for all trials, in minutes. More of them support narrower bounds' -r
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -l seed -d 'Seed of the order of the trials and of the launches' -r
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -l suite -d 'Test with this suite executable as it is, instead of building the one that fabench.toml names' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -l builtin -d 'Test with the kernels that are built into fabench; the default where no suite is configured'
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand selftest" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -l out -d 'Folder that index.html is written to, replacing it' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -l baseline-dir -d 'Folder of the baseline [default: baselines/ beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -l days -d 'How many days of the history' -r
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand dashboard" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand serve" -l port -d 'Port to listen on; 0 takes any that is free' -r
complete -c fabench -n "__fish_fabench_using_subcommand serve" -l host -d 'Address to listen on. With another than a loopback address, everybody who reaches it can read the history' -r
complete -c fabench -n "__fish_fabench_using_subcommand serve" -l baseline-dir -d 'Folder of the baseline [default: baselines/ beside fabench.toml]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand serve" -l days -d 'How many days of the history' -r
complete -c fabench -n "__fish_fabench_using_subcommand serve" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand serve" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand serve" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand serve" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand init" -l ci -d 'Also write what this CI system needs' -r -f -a "github\t'Two workflows in .github/workflows: one measures, one comments on pull requests'"
complete -c fabench -n "__fish_fabench_using_subcommand init" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand init" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand init" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand doctor" -l format -d 'Form of the list' -r -f -a "terminal\t'For people'
json\t'For programs'"
complete -c fabench -n "__fish_fabench_using_subcommand doctor" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand doctor" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c fabench -n "__fish_fabench_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand completions" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand completions" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand completions" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand completions" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand man" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand man" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand man" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand man" -s V -l version -d 'Print version'
complete -c fabench -n "__fish_fabench_using_subcommand schemas" -l config -d 'Configuration file [default: fabench.toml in this folder or the nearest above it]' -r -F
complete -c fabench -n "__fish_fabench_using_subcommand schemas" -l history -d 'The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed' -r
complete -c fabench -n "__fish_fabench_using_subcommand schemas" -s h -l help -d 'Print help'
complete -c fabench -n "__fish_fabench_using_subcommand schemas" -s V -l version -d 'Print version'
