#!/bin/bash
# Takes the pictures of real programs on a virtual display:  programs.sh HOME OUT
#
# HOME holds harbor/ (gate.py, pump.ini and letter.txt of sources/) and Depot/ (folders and files of any content). Run it
# as a user of its own in a process namespace of its own, so that process lists show nothing else:
#   unshare -pfm sh -c 'mount -t proc proc /proc; su lena -c "dbus-run-session -- programs.sh /home/lena OUT"'
# Needs xvfb openbox xterm xdotool x11-xserver-utils imagemagick htop mc nano vim galculator mousepad zenity thunar
# xfce4-taskmanager. The PNGs become lossless WebP beside the questions.
export HOME=$1 USER=lena; R=$2; cd "$1/harbor" || exit 1
export DISPLAY=:78
Xvfb :78 -screen 0 1280x800x24 >/dev/null 2>&1 & XV=$!
sleep 2
openbox & sleep 1
bg(){ xsetroot -solid "$1"; }
shot(){ import -window root $R/$1.png; kill $2 2>/dev/null; sleep 0.7; }
win(){ W=$(xdotool search --onlyvisible --name "$1" | tail -1); xdotool windowactivate $W; }
bg '#2e5266'
for n in "postgres: checkpointer" "postgres: walwriter" "nginx: worker process" "tide-server --port 8430" "gate-clock --basin east" "crane-sim -j 3" "sshd: lena [priv]"; do bash -c 'exec -a "$0" sleep 300' "$n" & done
bash -c 'exec -a "crane-sim -j 3 --hot" timeout 25 sh -c "while :; do :; done"' &
xterm -geometry 118x40+60+40 -fa 'DejaVu Sans Mono' -fs 10 -bg black -fg white -T 'htop' -e htop -u lena & P=$!; sleep 6; shot htop $P
bg '#704264'
xfce4-taskmanager & P=$!; sleep 5; win Task; xdotool windowsize $W 760 520 windowmove $W 240 120; sleep 2; shot taskmanager $P
bg '#3a3a3a'
xterm -geometry 120x40+60+40 -fa 'Hack' -fs 11 -e mc "$HOME/harbor" "$HOME/Depot" & P=$!; sleep 4; shot mc $P
xterm -geometry 100x36+120+60 -fa 'mononoki' -fs 12 -bg '#1b2b34' -fg '#d8dee9' -e nano pump.ini & P=$!; sleep 3; shot nano $P
bg '#8fa876'
xterm -geometry 100x34+200+50 -fa 'Fantasque Sans Mono' -fs 12 -bg '#fdf6e3' -fg '#586e75' -e vim -u NONE -c 'syntax on' -c 'set number hlsearch ruler laststatus=2 showmode' -c '/SLOWEST' -c 'normal 14G' gate.py & P=$!; sleep 3; shot vim $P
galculator & P=$!; sleep 3; win galculator; xdotool windowmove $W 420 220; sleep 1; xdotool type '1843*27'; xdotool key Return; sleep 1; shot galculator $P
bg '#d9d2c5'
mousepad letter.txt & P=$!; sleep 4; win letter; xdotool windowsize $W 980 600 windowmove $W 140 90; sleep 2; shot mousepad $P
bg '#30475e'
zenity --list --checklist --title 'Ferries to notify' --text 'Who gets the storm warning?' --column '' --column Ferry --column Captain --column Berth TRUE Skua 'N. Adeyemi' 3 FALSE Gannet 'P. Lindqvist' 5 TRUE Fulmar 'S. Marchetti' 9 FALSE Petrel 'J. Okafor' 6 FALSE Dunlin 'R. Castellanos' 11 --width 560 --height 380 --ok-label 'Send warning' & P=$!; sleep 3; shot zenity-list $P
zenity --error --title 'Radio console' --text 'Channel 16 could not be opened.\n\nThe antenna on mast B reports error R-208: no carrier.' --width 460 & P=$!; sleep 3; shot zenity-error $P
bg '#f2b880'
zenity --forms --title 'New berth' --text 'Register a boat' --add-entry 'Name of the boat' --add-entry 'Length in metres' --add-combo 'Fuel' --combo-values 'Diesel|Petrol|Electric' --add-calendar 'Arrives on' --width 520 & P=$!; sleep 3; win 'New berth'; xdotool type 'Kittiwake'; xdotool key Tab; xdotool type '11.4'; sleep 1; shot zenity-form $P
bg '#445544'
(echo 27; echo '# quay-north.png (3 of 11)'; sleep 9) | zenity --progress --title 'Copying charts' --text 'quay-north.png (3 of 11)' --percentage 27 --width 480 & P=$!; sleep 3; shot zenity-progress $P
thunar "$HOME/Depot" & P=$!; sleep 6; win Depot; xdotool windowsize $W 900 540 windowmove $W 120 80; sleep 1; xdotool mousemove 400 170; sleep 2; shot thunar $P
kill $XV
