#!/bin/bash
# start-rt.sh PORT - Request Tracker 5 (Debian 12 packages) with REST2 on http://127.0.0.1:PORT
# Installs what is missing (as root), makes the database once, starts the server, prints KEY=value lines.
# A healthy server with the same settings is left running. Changes nothing but packages and $RT_STATE.
# Environment: RT_STATE (a folder in $TMPDIR)  RT_DB sqlite|pg  RT_SERVER Starman|Starlet|Standalone
#   RT_WORKERS (4)  RT_RUN_AS (www-data, when started by root)  RT_RESET=1: pristine demo data again
#   RT_INITIALDATA=FILE: a further initialdata file, inserted once after the demo data (a product's own fields, say)
#   RT_MAIL=0: no notification mails are rendered, writes are 2-4 times faster, no EmailRecord history
set -euo pipefail; umask 022
PORT="${1:?usage: start-rt.sh PORT}"; [[ "$PORT" =~ ^[0-9]+$ ]] || { echo "bad port" >&2; exit 2; }
HERE="$(dirname "$(readlink -f "$0")")"; STATE="$(realpath -m "${RT_STATE:-${TMPDIR:-/tmp}/rt-state-$PORT}")"
DB="${RT_DB:-sqlite}" SERVER="${RT_SERVER:-Starman}" WORKERS="${RT_WORKERS:-4}" RUN_AS="${RT_RUN_AS:-www-data}"
URL="http://127.0.0.1:$PORT" PW=rt-demo-pass PGBIN=/usr/lib/postgresql/15/bin
say() { echo "start-rt: $*" >&2; }
have() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }
is_root() { [ "$(id -u)" = 0 ]; }
ready() { [ "$(curl -s -o /dev/null -m 20 -w '%{http_code}' -H "Authorization: token $(cat "$STATE/token-root" 2>/dev/null)" "$URL/REST/2.0/rt" 2>/dev/null)" = 200 ]; }
info() { printf '%s\n' "RT_URL=$URL" "RT_REST=$URL/REST/2.0" "RT_USER=root" "RT_PASSWORD=$PW" "RT_TOKEN=$(cat "$STATE/token-root")" \
  "RT_AGENT_USERS=alice,bob,mei" "RT_AGENT_PASSWORD=agent-demo-pass" "RT_AGENT_TOKEN=$(cat "$STATE/token-alice")" "RT_STATE=$STATE" "RT_PID=$(cat "$STATE/rt.pid")"; }

# 1. packages. dbconfig-no-thanks: the package makes no database of its own. msmtp-mta: instead of the exim daemon
PKGS=(request-tracker5 rt5-standalone starman sqlite3 curl); MISSING=()
if [ "$DB" = pg ]; then PKGS+=(rt5-db-postgresql postgresql-15); else PKGS+=(rt5-db-sqlite); fi
for p in "${PKGS[@]}"; do have "$p" || MISSING+=("$p"); done
if [ ${#MISSING[@]} -gt 0 ]; then
  is_root || { say "not root, and missing: ${MISSING[*]}"; exit 3; }
  say "installing ${MISSING[*]}"
  have dbconfig-common || MISSING+=(dbconfig-no-thanks)
  dpkg-query -W -f='${Provides} ${Status}\n' | grep -q 'mail-transport-agent.*ok installed' || MISSING+=(msmtp-mta)
  export DEBIAN_FRONTEND=noninteractive
  printf 'request-tracker5 request-tracker5/%s\n' 'rtname string rt.local' 'organization string rt.local' \
    'install-cronjobs boolean false' 'dbconfig-install boolean false' | debconf-set-selections
  if [ "$DB" = pg ] && ! have postgresql-common; then   # no global cluster
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/no-main.conf
  fi
  LOG="$(mktemp)"; APT=(apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
  for try in 1 2 3 4; do   # another apt run may hold a lock
    [ $try = 4 ] && { tail -30 "$LOG" >&2; say "apt failed"; exit 3; }
    "${APT[@]}" update </dev/null >"$LOG" 2>&1 && "${APT[@]}" install -y --no-install-recommends "${MISSING[@]}" </dev/null >>"$LOG" 2>&1 && break
    sleep $((try * 10))
  done; rm -f "$LOG"
fi

# 2. state directory, account
if is_root; then AS=(setpriv --reuid="$RUN_AS" --regid="$RUN_AS" --clear-groups --); else AS=(); RUN_AS="$(id -un)"; fi
own() { if is_root; then chown -R "$RUN_AS": "$@"; fi; }
SETTINGS="$DB $SERVER $WORKERS $RUN_AS $PORT"
if [ "${RT_RESET:-}" != 1 ] && [ "$(cat "$STATE/settings" 2>/dev/null)" = "$SETTINGS" ] && [ -s "$STATE/rt.pid" ] && ready; then info; exit 0; fi
"$HERE/stop-rt.sh" "$PORT" >/dev/null 2>&1 || true
if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then say "port $PORT is taken"; exit 4; fi
if [ "${RT_RESET:-}" = 1 ] && [ -f "$STATE/rt-state" ]; then rm -rf "$STATE"; fi
mkdir -p "$STATE"/{mason_data,session_data,log,pgsock}; touch "$STATE/rt-state"; echo "$PW" > "$STATE/rootpw"; own "$STATE"
"${AS[@]}" test -w "$STATE/log" || { say "$RUN_AS cannot write in $STATE: set RT_STATE"; exit 4; }
[ "$DB" != pg ] || [ ${#STATE} -lt 80 ] || { say "RT_STATE is too long for a PostgreSQL socket"; exit 4; }
export RT_SITE_CONFIG="$STATE/RT_SiteConfig.pm" RT_SITE_CONFIG_DIR="$STATE/none.d" RT_MAIL="${RT_MAIL:-1}" HOME="$STATE" TZ=UTC LC_ALL=C.UTF-8
cd "$STATE"

# 3. RT's configuration and the demo data
if [ "$DB" = pg ]; then DBCONF="Set(\$DatabaseType,'Pg'); Set(\$DatabaseHost,'$STATE/pgsock'); Set(\$DatabasePort,''); Set(\$DatabaseName,'rt5'); Set(\$DatabaseUser,'$RUN_AS'); Set(\$DatabasePassword,''); Set(\$DatabaseAdmin,'$RUN_AS');"
else DBCONF="Set(\$DatabaseType,'SQLite'); Set(\$DatabaseName,'$STATE/rt.sqlite');"; fi
cat > "$RT_SITE_CONFIG" <<EOF
Set(\$rtname,'rt.local'); Set(\$Organization,'rt.local'); Set(\$Timezone,'UTC'); Set(\$BcryptCost,4);
Set(\$WebDomain,'127.0.0.1'); Set(\$WebPort,$PORT); Set(\$WebPath,''); Set(\$WebBaseURL,'$URL');
Set(\$CorrespondAddress,'rt\@rt.invalid'); Set(\$CommentAddress,'rt-comment\@rt.invalid');
Set(\$LogToSyslog,undef); Set(\$LogToFile,undef); Set(\$LogToSTDERR,'error');
$DBCONF
\$RT::MasonDataDir='$STATE/mason_data'; \$RT::MasonSessionDir='$STATE/session_data'; \$RT::VarPath='$STATE';
# no mail leaves the machine: it is appended to outgoing.mbox
Set(\$MailCommand, sub { my \$m=shift; open(my \$f,'>>','$STATE/outgoing.mbox') or return 0; flock(\$f,2); print \$f "From rt\n",\$m->stringify,"\n"; close \$f; 1 });
Set(%ServiceAgreements, (Default=>'standard', AssumeOutsideActor=>1, QueueDefault=>{ Support=>'standard', Complaints=>'urgent' }, Levels=>{
  standard=>{ StartImmediately=>1, Response=>{RealMinutes=>480}, Resolve=>{RealMinutes=>4320}, KeepInLoop=>{RealMinutes=>1440} },
  urgent=>{ StartImmediately=>1, Response=>{RealMinutes=>60}, Resolve=>{RealMinutes=>480} } }));
1;
EOF
cat > "$STATE/demo.pl" <<'EOF'
use utf8; use strict; use warnings;
my $q = [qw(Support Complaints Legal)];
our @Queues = map { { Name=>$_, SLADisabled=>0, CorrespondAddress=>lc($_).'@rt.invalid', CommentAddress=>lc($_).'-comment@rt.invalid' } } @$q;
our @Users = ((map { { Name=>$_->[0], RealName=>$_->[1], EmailAddress=>"$_->[0]\@rt.invalid", Password=>'agent-demo-pass', Privileged=>1 } } [qw(alice Alice)],[qw(bob Bob)],['mei','林美'],[qw(eve Eve)]),
  (map { { Name=>"$_\@customer.invalid", RealName=>ucfirst $_, EmailAddress=>"$_\@customer.invalid", Privileged=>0 } } qw(carol dan)));
our @Groups = ({ Name=>'Agents', Members=>{ Users=>[qw(alice bob mei)] } });
# Nobody but root sees Legal. eve answers in Support alone: no comments, no changes, no ownership.
our @ACL = ((map { my $queue = $_; map {{ Right=>$_, Queue=>$queue, GroupDomain=>'UserDefined', GroupId=>'Agents' }} qw(SeeQueue ShowTicket
    ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket StealTicket ReassignTicket ShowOutgoingEmail Watch) }
    qw(Support Complaints)),
  (map {{ Right=>$_, GroupDomain=>'UserDefined', GroupId=>'Agents' }} qw(ManageAuthTokens ModifySelf)),
  (map {{ Right=>$_, Queue=>'Support', UserId=>'eve' }} qw(SeeQueue ShowTicket CreateTicket ReplyToTicket)),
  (map {{ Right=>$_, GroupDomain=>'SystemInternal', GroupType=>'Everyone' }} qw(CreateTicket ReplyToTicket)));
our @Final = (sub { umask 077;
  for my $n (qw(root alice bob mei eve)) { my $u = RT::User->new(RT->SystemUser); $u->Load($n);
    my (undef,$msg,$auth) = RT::AuthToken->new(RT->SystemUser)->Create(Owner=>$u->Id, Description=>'demo'); die $msg unless $auth;
    open my $f,'>',"$RT::VarPath/token-$n" or die $!; print $f $auth; close $f }
  return if $ENV{RT_MAIL};
  my $all = RT::Scrips->new(RT->SystemUser); $all->UnLimit;
  while (my $s = $all->Next) { $s->SetDisabled(1) if $s->ActionObj->ExecModule =~ /Notify|Autoreply/ } });
1;
EOF
own "$STATE"

# 4. database
if [ "$DB" = pg ]; then   # a private cluster, unix socket only
  if [ ! -f "$STATE/pg/PG_VERSION" ]; then
    "${AS[@]}" $PGBIN/initdb -D "$STATE/pg" -E UTF8 --locale=C.UTF-8 -A trust -U "$RUN_AS" >"$STATE/log/initdb.log" 2>&1
    printf "listen_addresses=''\nunix_socket_directories='%s'\nfsync=off\n" "$STATE/pgsock" >> "$STATE/pg/postgresql.conf"
  fi
  "${AS[@]}" $PGBIN/pg_ctl -D "$STATE/pg" -w -t 60 -l "$STATE/log/pg.log" start >/dev/null
fi
if [ "$(cat "$STATE/db-ready" 2>/dev/null)" != "$DB" ]; then   # new, or made with the other kind of database
  say "initialising the $DB database"
  if [ "$DB" = pg ]; then "${AS[@]}" $PGBIN/dropdb --if-exists -h "$STATE/pgsock" -U "$RUN_AS" rt5 >/dev/null 2>&1; else rm -f "$STATE"/rt.sqlite*; fi
  SETUP=("${AS[@]}" /usr/sbin/rt-setup-database-5 --dba "$RUN_AS" --dba-password "")
  EXTRA=(); if [ -n "${RT_INITIALDATA:-}" ]; then cp "$RT_INITIALDATA" "$STATE/initialdata"; own "$STATE/initialdata"; EXTRA=("${SETUP[@]}" --action insert --datafile "$STATE/initialdata"); fi
  { "${SETUP[@]}" --action init --root-password-file "$STATE/rootpw" && "${SETUP[@]}" --action insert --datafile "$STATE/demo.pl" && { [ ${#EXTRA[@]} = 0 ] || "${EXTRA[@]}"; }; } </dev/null >"$STATE/log/setup.log" 2>&1 \
    || { tail -30 "$STATE/log/setup.log" >&2; say "database set-up failed"; exit 5; }
  [ "$DB" = pg ] || "${AS[@]}" sqlite3 "$STATE/rt.sqlite" 'PRAGMA journal_mode=WAL' >/dev/null   # kept in the file: readers do not wait for the writer
  echo "$DB" > "$STATE/db-ready"
fi

# 5. server. No keep-alive: an idle kept connection would occupy a Starman worker
ARGS=(--server "$SERVER" --env deployment --host 127.0.0.1 --port "$PORT")
case "$SERVER" in Starman) ARGS+=(--workers "$WORKERS" --keepalive 0) ;; Starlet) ARGS+=(--max-workers "$WORKERS") ;; esac
setsid "${AS[@]}" /usr/share/request-tracker5/libexec/rt-server "${ARGS[@]}" </dev/null >>"$STATE/log/server.log" 2>&1 &
SRV=$!; disown; echo $SRV > "$STATE/rt.pid"; echo "$SETTINGS" > "$STATE/settings"
for _ in $(seq 1 240); do
  kill -0 $SRV 2>/dev/null || { tail -20 "$STATE/log/server.log" >&2; say "server died"; exit 6; }
  if ready; then info; exit 0; fi; sleep 0.25
done
tail -20 "$STATE/log/server.log" >&2; say "not ready"; exit 6
