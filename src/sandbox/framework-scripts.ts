/**
 * How a dependency's pattern is looked for, as the framework does: a path as it is, `name>=version` in the package
 * database, a library in the folders of libraries, and anything else along PATH. Sets `found` to a path, or to the
 * packages' names; empty when there is nothing.
 */
const findPattern = String.raw`
find_library() {
	for directory in "$LOCALBASE/lib" /lib /usr/lib /lib/*-linux-* /usr/lib/*-linux-*; do
		if [ -e "$directory/$1" ]; then
			echo "$directory/$1"
			return
		fi
	done
}

find_pattern() {
	case $2 in
	*[\<\>=]*) found=$($PKG_BIN info -Eg "$2" 2>/dev/null) ;;
	/*) if [ -e "$2" ]; then found=$2; else found=; fi ;;
	*) if [ "$1" = lib ]; then found=$(find_library "$2"); else found=$(command -v "$2"); fi ;;
	esac
}
`;

/** Arguments: the kind, then dependency lines. Fails with the first one that nothing provides. */
const checkDepends = String.raw`# Usage: check-depends.sh KIND PATTERN:ORIGIN[@FLAVOR][:TARGET] ...
set -u
kind=$1
shift
${findPattern}
for line; do
	pattern=$(printf '%s' "$line" | cut -d: -f1)
	origin=$(printf '%s' "$line" | cut -d: -f2)
	find_pattern "$kind" "$pattern"
	case $kind in
	lib) what="shared library" ;;
	run) what="package or file" ;;
	*) what="executable or package" ;;
	esac
	if [ -n "$found" ]; then
		echo "===>   $PKGNAME depends on $what: $pattern - found"
	else
		echo "===>   $PKGNAME depends on $what: $pattern - not found"
		echo "===>   $origin has to be installed first ($kind dependency of $PKGNAME)" >&2
		exit 1
	fi
done
`;

/**
 * Copies distribution files from the first site that has them; a file appears in DISTDIR only when it is whole. With
 * ONLY_LIST it prints where each could be had from, in the same order.
 */
const doFetch = String.raw`# Usage: do-fetch.sh FILE ...   (environment: _DISTDIR MASTER_SITES ONLY_LIST)
set -u
if [ -n "$(printenv ONLY_LIST)" ]; then
	for file; do
		for site in $MASTER_SITES; do
			echo "$(echo "$site" | sed 's,/*$,,')/$file"
		done
	done
	exit 0
fi
mkdir -p "$_DISTDIR" || exit 1
for file; do
	[ -f "$_DISTDIR/$file" ] && continue
	echo "=> $file doesn't seem to exist in $_DISTDIR."
	fetched=no
	for site in $MASTER_SITES; do
		case $site in
		file://*) ;;
		*) continue ;;
		esac
		address="$(echo "$site" | sed 's,/*$,,')/$file"
		echo "=> Attempting to fetch $address"
		part="$_DISTDIR/.$file.$$"
		if cp "$(echo "$address" | sed 's,^file://,,')" "$part" && mv "$part" "$_DISTDIR/$file"; then
			fetched=yes
			break
		fi
		rm -f "$part"
	done
	if [ $fetched = no ]; then
		echo "=> Couldn't fetch it - please try to retrieve this" >&2
		echo "=> port manually into $_DISTDIR and try again." >&2
		exit 1
	fi
done
`;

/**
 * Compares size and SHA-256 of distribution files with distinfo. What is wrong is thrown away and fetched FETCH_REGET times
 * more, from the same sites in the same order, as the real one does.
 */
const checkSums = String.raw`# Usage: checksum.sh FILE ...   (environment: DISTDIR DIST_SUBDIR DISTINFO_FILE FETCH_REGET CURDIR MAKE)
set -u
if command -v sha256sum >/dev/null; then
	digest() { sha256sum "$1" | cut -d' ' -f1; }
else
	digest() { sha256 -q "$1"; }
fi
wrong=
for file; do
	name=$file
	[ -n "$DIST_SUBDIR" ] && name=$DIST_SUBDIR/$file
	sum=$(grep -F "SHA256 ($name) = " "$DISTINFO_FILE" | sed 's/.* = //')
	size=$(grep -F "SIZE ($name) = " "$DISTINFO_FILE" | sed 's/.* = //')
	if [ -z "$sum" ]; then
		echo "=> No SHA256 checksum recorded for $name." >&2
		exit 1
	fi
	if [ "$(digest "$DISTDIR/$name")" = "$sum" ] && [ "$(wc -c < "$DISTDIR/$name" | tr -d ' ')" = "$size" ]; then
		echo "=> SHA256 Checksum OK for $name."
		continue
	fi
	echo "=> SHA256 Checksum mismatch for $name."
	wrong="$wrong $name"
	[ "$FETCH_REGET" -gt 0 ] && rm -f "$DISTDIR/$name"
done
[ -z "$wrong" ] && exit 0
if [ "$FETCH_REGET" -gt 0 ]; then
	echo "===>  Refetch for $FETCH_REGET more times files:$wrong"
	cd "$CURDIR" && exec $MAKE FETCH_REGET=$((FETCH_REGET - 1)) checksum
fi
echo "===>  Giving up on fetching files:$wrong"
echo "Make sure the Makefile and distinfo file ($DISTINFO_FILE)"
echo "are up to date."
exit 1
`;

/** SANDBOX_BUILD_SECONDS and SANDBOX_FAIL. */
const buildKnobs = String.raw`# Usage: build-knobs.sh   (environment: ORIGIN WRKSRC SANDBOX_BUILD_SECONDS SANDBOX_FAIL)
case "0$SANDBOX_BUILD_SECONDS" in
0 | 00) ;;
*) sleep "$SANDBOX_BUILD_SECONDS" ;;
esac
bare=$(echo "$ORIGIN" | cut -d@ -f1)
for origin in $SANDBOX_FAIL; do
	if [ "$origin" = "$ORIGIN" ] || [ "$origin" = "$bare" ]; then
		echo "cc -O2 -pipe -c main.c" >&2
		echo "$WRKSRC/main.c:17:9: error: use of undeclared identifier 'sandbox_fail'" >&2
		echo "   17 |         return sandbox_fail;" >&2
		echo "      |                ^" >&2
		echo "1 error generated." >&2
		exit 1
	fi
done
`;

/**
 * Prints a package's manifest. Its dependencies are those packages that provide the patterns at this moment (as
 * Mk/Scripts/actual-package-depends.sh finds them): what is not installed now will be missing from the package.
 */
const createManifest = String.raw`# Usage: create-manifest.sh KIND PATTERN ...   (environment: the port's variables)
set -u
${findPattern}
json() { printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g'; }
json_file() { sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' "$1" | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'; }

files=
names=
while [ $# -ge 2 ]; do
	find_pattern "$1" "$2"
	case $2 in
	*[\<\>=]*) names="$names $found" ;;
	*) files="$files $found" ;;
	esac
	if [ -z "$found" ]; then
		echo "actual-package-depends: dependency on $2 not registered" >&2
	fi
	shift 2
done
# shellcheck disable=SC2086
[ -n "$files" ] && names="$names $($PKG_BIN which -q $files)"
deps=
# shellcheck disable=SC2086
[ -n "$(echo $names)" ] && deps=$($PKG_BIN query '"%n":{"origin":"%o","version":"%v"}' $names | sort -u | paste -sd, -)

annotations=
[ -n "$FLAVOR" ] && annotations="\"flavor\":\"$FLAVOR\""
[ -n "$DEPRECATED" ] && annotations="$annotations,\"deprecated\":\"$(json "$DEPRECATED")\""
[ -n "$EXPIRATION_DATE" ] && annotations="$annotations,\"expiration_date\":\"$(json "$EXPIRATION_DATE")\""
categories=$(echo $CATEGORIES | sed -e 's/ /","/g')

printf '{"name":"%s","version":"%s","origin":"%s",' "$PKGBASE" "$PKGVERSION" "$PKGORIGIN"
printf '"comment":"%s","maintainer":"%s","www":"%s",' "$(json "$COMMENT")" "$(json "$MAINTAINER")" "$(json "$WWW")"
printf '"prefix":"%s","desc":"%s","categories":["%s"],' "$PREFIX" "$(json_file "$DESCR")" "$categories"
[ -f "$PKGMESSAGE" ] && printf '"messages":[{"message":"%s"}],' "$(json_file "$PKGMESSAGE")"
printf '"annotations":{%s},"deps":{%s}}\n' "$(echo "$annotations" | sed 's/^,//')" "$deps"
`;

/** The framework's shell scripts by their file names. */
export const frameworkScripts: Readonly<Record<string, string>> = {
  'build-knobs.sh': buildKnobs,
  'check-depends.sh': checkDepends,
  'checksum.sh': checkSums,
  'create-manifest.sh': createManifest,
  'do-fetch.sh': doFetch,
};
