#!/bin/sh
# A cargo that lacks the subcommand $LACKING and notes in the file $NOTES what else it was asked for.
case " $LACKING " in
*" $1 "*) exit 101 ;;
esac
echo "$FABENCH_REQUIRE_SERVERS|$*" >>"$NOTES"
