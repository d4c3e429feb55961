
use builtin;
use str;

set edit:completion:arg-completer[fabench] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'fabench'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'fabench'= {
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand run 'Build the suite, run its benchmarks, show and save the result'
            cand check 'Judge a saved result against the stored baseline'
            cand compare 'Measure two versions side by side and judge what changed: the surest way'
            cand report 'Show a saved result or comparison again, in any format'
            cand bisect 'Find the commit that made a benchmark slower'
            cand import 'Take over the results of another tool (pytest-benchmark, Go, criterion, hyperfine …)'
            cand calibrate 'Find out how small a change this machine shows, and what would help'
            cand selftest 'Prove the gate here: false alarms and power, measured with known slow-downs'
            cand init 'Write a fabench.toml for the project in this folder, and workflows for its CI'
            cand doctor 'Look at what measuring needs here, and say what would help'
            cand completions 'Print what a shell needs to complete fabench''s commands and flags'
            cand man 'Write a manual page for each command'
            cand schemas 'Write the JSON schema of fabench.toml and of each file that fabench writes'
        }
        &'fabench;run'= {
            cand -c 'Measure only this category; may be given several times'
            cand --category 'Measure only this category; may be given several times'
            cand --format 'Form of the list'
            cand --suite 'Measure this suite executable as it is, instead of building the one that fabench.toml names'
            cand --database-url 'Measure the database at this URL instead of SQLite (postgres://…); it is not kept in the result'
            cand --websocket-url 'Measure the running WebSocket server at this URL instead of the suite''s own (ws://HOST:PORT/PATH)'
            cand --echo-path 'Path at which that server sends back what it is sent [default: the URL''s]'
            cand --broadcast-topic 'Topic that is broadcast to on that server [default: fabench]'
            cand --token 'Bearer token for that server, kept in no result. Better in FABENCH_WEBSOCKET_TOKEN or a file: shells keep what is typed'
            cand --token-file 'File that holds the bearer token for that server'
            cand --min-rounds 'Fewest rounds in each launch'
            cand --max-time 'Measuring time of each benchmark over all its launches, in seconds'
            cand --warmup 'Longest warm-up of each launch, in seconds'
            cand --timeout 'How long a suite may take for one answer before it counts as hanging, in seconds [default: 60]'
            cand --launches 'Timed launches (processes) of each benchmark'
            cand --json 'Write the result to this file as well, replacing it'
            cand --save 'Keep the result as results/NAME.json; an existing one is never replaced'
            cand --histogram 'Draw how the samples are spread: FOLDER/category.svg and FOLDER/category/name.svg, replacing older ones'
            cand --sort 'Order of the benchmarks within a category'
            cand --columns 'Columns of the table, separated by commas'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand --list 'List the benchmarks and what each does, and run none'
            cand -q 'A quick look, all benchmarks in under 30 s. Marked so, never accepted as a baseline'
            cand --quick 'A quick look, all benchmarks in under 30 s. Marked so, never accepted as a baseline'
            cand --postgres 'Start a private PostgreSQL from the installed server, measure it, and remove it afterwards'
            cand --scale 'Add the benchmarks at full size: a million agents, ten thousand connections'
            cand --record 'Record the run in the history (.fabench/history.db beside fabench.toml): `check` learns from it how much runs differ'
            cand --fail-on-goal 'Exit with 3 if a goal of fabench.toml is missed'
            cand -v 'Show every metric of every benchmark'
            cand --verbose 'Show every metric of every benchmark'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;check'= {
            cand --results-file 'The result to judge [default: results/latest.json beside fabench.toml]'
            cand --baseline-dir 'Folder of the baseline [default: baselines/ beside fabench.toml]'
            cand --accept 'Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line'
            cand --output-dir 'Folder for the reports [default: ci_results/ beside fabench.toml]'
            cand --explain 'Say in words why this benchmark was judged so'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand --per-machine 'Keep a baseline for each machine class, in folders of their own: for CI systems whose machines differ'
            cand --update-baseline 'Accept the result as the new baseline; refused while there is a regression'
            cand --force-baseline 'Together with --update-baseline: accept it in spite of a regression'
            cand --fail-on-regression 'Exit with 3 if a benchmark got slower beyond the critical threshold'
            cand --fail-on-inconclusive 'Exit with 4 if a benchmark is inconclusive, missing or not comparable'
            cand --github-comment 'Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set'
            cand --github-annotations 'Print GitHub''s `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;compare'= {
            cand -c 'Measure only this category; may be given several times'
            cand --category 'Measure only this category; may be given several times'
            cand --budget 'Time for the whole comparison, in seconds [default: 10 for each benchmark, more for one of long launches]'
            cand --max-time 'Most time for one benchmark, in seconds [default: 20, or what 60 pairs of launches take]'
            cand --seed 'Seed of the order in which the two sides are measured'
            cand --accept 'Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line'
            cand --output-dir 'Folder for the reports [default: ci_results/ beside fabench.toml]'
            cand --explain 'Say in words why this benchmark was judged so'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand --fail-on-regression 'Exit with 3 if a benchmark got slower beyond the critical threshold'
            cand --fail-on-inconclusive 'Exit with 4 if a benchmark is inconclusive, missing or not comparable'
            cand --github-comment 'Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set'
            cand --github-annotations 'Print GitHub''s `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;report'= {
            cand -f 'Form of the report'
            cand --format 'Form of the report'
            cand -o 'Write it to this file, replacing it, instead of to standard output'
            cand --output 'Write it to this file, replacing it, instead of to standard output'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;bisect'= {
            cand --max-time 'Most time for measuring one commit, in seconds [default: 20, or what 60 pairs of launches take]'
            cand --seed 'Seed of the order in which the two sides are measured'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;import'= {
            cand --format 'The format of the files; `auto` recognises it'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand --record 'Record the runs in the history as well'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;calibrate'= {
            cand -c 'Measure only this category; may be given several times'
            cand --category 'Measure only this category; may be given several times'
            cand --time 'Time for each benchmark, in seconds'
            cand --seed 'Seed of the order of the launches and of the cores'
            cand --suite 'Calibrate with this suite executable as it is, instead of building the one that fabench.toml names'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;selftest'= {
            cand -c 'Measure only this category; may be given several times'
            cand --category 'Measure only this category; may be given several times'
            cand --minutes 'Time for all trials, in minutes. More of them support narrower bounds'
            cand --seed 'Seed of the order of the trials and of the launches'
            cand --suite 'Test with this suite executable as it is, instead of building the one that fabench.toml names'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand --builtin 'Test with the kernels that are built into fabench; the default where no suite is configured'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;init'= {
            cand --ci 'Also write what this CI system needs'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;doctor'= {
            cand --format 'Form of the list'
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;completions'= {
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;man'= {
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'fabench;schemas'= {
            cand --config 'Configuration file [default: fabench.toml in this folder or the nearest above it]'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
    ]
    $completions[$command]
}
