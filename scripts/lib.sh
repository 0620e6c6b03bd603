# Shared by the scripts: where we are, how we say what we do, and what a machine needs.
# Sourced, never run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
started=$SECONDS

# say STEP OF WORDS…: one line that tells how far we are and since when.
say() {
  local step=$1 of=$2
  shift 2
  printf '\n[%s/%s, %d:%02d] %s\n' "$step" "$of" $(((SECONDS - started) / 60)) \
    $(((SECONDS - started) % 60)) "$*" >&2
}

# Debian packages: to build, and to draw without or with a display.
build_packages=(gcc make pkg-config libssl-dev)
draw_packages=(libxkbcommon-x11-0 libxcursor1 libxi6 libx11-xcb1 libgl1 libgl1-mesa-dri
  mesa-vulkan-drivers)

# To join network namespaces with cables and wall them off, for the tests on real hosts.
lab_packages=(iproute2 nftables util-linux)

# What is built unless lakes are asked for: DataFusion would double the time of a first build.
workspace=(--workspace --exclude sheaf-lake)

# Where cargo puts what it builds.
built() {
  cargo metadata --no-deps --offline --format-version 1 |
    grep -o '"target_directory":"[^"]*"' | cut -d'"' -f4
}

# Software drivers complain where no login session has set this.
quiet_drivers() {
  export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$(mktemp -d)}
}

# install_missing [PACKAGE…]: installs what is missing of what everyone needs, and of these; without
# root prints the exact line and stops.
install_missing() {
  if ! command -v cargo >/dev/null; then
    echo "Rust is missing: install it from your distribution or with rustup, then run this again" >&2
    exit 1
  fi
  command -v dpkg-query >/dev/null || {
    echo "This is no Debian: make sure that the equivalents of these are installed:" \
      "${build_packages[*]} ${draw_packages[*]} $*" >&2
    return 0
  }
  local missing=() package
  for package in "${build_packages[@]}" "${draw_packages[@]}" "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "Some packages are missing. Run this line, then start again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${missing[*]}" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >&2
}
