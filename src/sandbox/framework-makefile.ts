/**
 * The sandbox's `Mk/bsd.port.mk`: the part of the ports framework that an upgrade uses, for BSD make (bmake on Linux). Names
 * of variables, targets and messages are those of the real one. Variables are written `$(NAME)`, which make takes for the
 * same as with braces.
 */
export const portMakefile = String.raw`# bsd.port.mk for a portpar sandbox: variables and targets as in the FreeBSD ports framework.
.if !defined(_SANDBOX_PORT_MK)
_SANDBOX_PORT_MK=	yes

# Some builds of bmake print -V unexpanded otherwise.
.MAKE.EXPAND_VARIABLES=	yes
.NOTPARALLEL:

.if !defined(PORTSDIR)
PORTSDIR:=	$(.PARSEDIR:H:tA)
.endif
_SCRIPTS:=	$(.PARSEDIR:tA)/Scripts
LOCALBASE?=	/usr/local
PREFIX?=	$(LOCALBASE)
LIB_DIRS?=	/lib /usr/lib $(LOCALBASE)/lib
DISTDIR?=	$(PORTSDIR)/distfiles
PACKAGES?=	$(PORTSDIR)/packages
WRKDIRPREFIX?=
PORT_DBDIR?=	/var/db/ports
PKG_BIN?=	pkg
PKG_SUFX?=	.pkg
SH?=		/bin/sh
ECHO_MSG?=	echo

# Flavors: the default one comes first.
FLAVORS?=
FLAVOR?=
.if !empty(FLAVOR)
.  if empty(FLAVORS)
IGNORE=		FLAVOR is defined (to $(FLAVOR)) while this port does not have FLAVORS
.  elif empty(FLAVORS:M$(FLAVOR))
IGNORE=		Unknown flavor '$(FLAVOR)', possible flavors: $(FLAVORS)
.  endif
.elif !empty(FLAVORS)
FLAVOR=		$(FLAVORS:[1])
.endif
.if !empty(FLAVOR)
.  for v in PKGNAMEPREFIX PKGNAMESUFFIX BROKEN IGNORE
.    if defined($(FLAVOR)_$(v))
$(v)=	$($(FLAVOR)_$(v))
.    endif
.  endfor
.  for v in PKG FETCH EXTRACT PATCH BUILD LIB RUN
.    if defined($(FLAVOR)_$(v)_DEPENDS)
$(v)_DEPENDS+=	$($(FLAVOR)_$(v)_DEPENDS)
.    endif
.  endfor
.  if defined($(FLAVOR)_MAKE_ARGS)
MAKE_ARGS+=	$($(FLAVOR)_MAKE_ARGS)
.  endif
.endif

# Names.
.if defined(PORTVERSION)
DISTVERSION?=	$(PORTVERSION)
.else
PORTVERSION=	$(DISTVERSION:S/-/./g:S/_/./g)
.endif
.if defined(PORTREVISION) && $(PORTREVISION) != 0
_SUF1=		_$(PORTREVISION)
.endif
.if defined(PORTEPOCH) && $(PORTEPOCH) != 0
_SUF2=		,$(PORTEPOCH)
.endif
PKGVERSION=	$(PORTVERSION)$(_SUF1)$(_SUF2)
PKGBASE=	$(PKGNAMEPREFIX)$(PORTNAME)$(PKGNAMESUFFIX)
PKGNAME=	$(PKGBASE)-$(PKGVERSION)
PKGCATEGORY?=	$(.CURDIR:H:T)
PKGORIGIN?=	$(PKGCATEGORY)/$(.CURDIR:T)
.if empty(FLAVOR)
_FLAVOR_ORIGIN=	$(PKGORIGIN)
_WRKDIR=	work
.else
_FLAVOR_ORIGIN=	$(PKGORIGIN)@$(FLAVOR)
_WRKDIR=	work-$(FLAVOR)
.endif

# Places.
WRKDIR?=	$(WRKDIRPREFIX)$(.CURDIR)/$(_WRKDIR)
DISTNAME?=	$(PORTNAME)-$(DISTVERSION)
WRKSRC?=	$(WRKDIR)/$(DISTNAME)
STAGEDIR?=	$(WRKDIR)/stage
FILESDIR?=	$(.CURDIR)/files
DESCR?=		$(.CURDIR)/pkg-descr
PKGMESSAGE?=	$(.CURDIR)/pkg-message
DISTINFO_FILE?=	$(.CURDIR)/distinfo
TMPPLIST?=	$(WRKDIR)/.PLIST.mktmp
MANIFESTF?=	$(WRKDIR)/.manifest

# Distribution files.
MASTER_SITES?=	file://$(PORTSDIR:H)/mirror/$(DIST_SUBDIR)
MASTER_SITE_BACKUP?=
MASTER_SITE_OVERRIDE?=
FETCH_REGET?=	1
EXTRACT_SUFX?=	.tar.gz
DISTFILES?=	$(DISTNAME)$(EXTRACT_SUFX)
ALLFILES?=	$(DISTFILES)
.if defined(DIST_SUBDIR)
_DISTDIR=	$(DISTDIR)/$(DIST_SUBDIR)
.else
_DISTDIR=	$(DISTDIR)
.endif

# Packages.
PKGREPOSITORYSUBDIR?=	All
PKGREPOSITORY?=	$(PACKAGES)/$(PKGREPOSITORYSUBDIR)
.if exists($(PACKAGES))
PKGFILE?=	$(PKGREPOSITORY)/$(PKGNAME)$(PKG_SUFX)
.else
PKGFILE?=	$(.CURDIR)/$(PKGNAME)$(PKG_SUFX)
.endif
WRKDIR_PKGFILE=	$(WRKDIR)/pkg/$(PKGNAME)$(PKG_SUFX)

# Building. USES=gmake is all that this framework knows of USES.
USES?=
.if !empty(USES:Mgmake)
MAKE_CMD=	gmake
.endif
MAKE_CMD?=	$(MAKE)
.if defined(DISABLE_MAKE_JOBS) || defined(MAKE_JOBS_UNSAFE)
_MAKE_JOBS?=
MAKE_JOBS_NUMBER=	1
.else
.  if defined(MAKE_JOBS_NUMBER)
_MAKE_JOBS_NUMBER:=	$(MAKE_JOBS_NUMBER)
.  else
.    if !defined(_SMP_CPUS)
_SMP_CPUS!=	getconf _NPROCESSORS_ONLN
.    endif
_MAKE_JOBS_NUMBER=	$(_SMP_CPUS)
.  endif
.  if defined(MAKE_JOBS_NUMBER_LIMIT) && $(MAKE_JOBS_NUMBER_LIMIT) < $(_MAKE_JOBS_NUMBER)
MAKE_JOBS_NUMBER=	$(MAKE_JOBS_NUMBER_LIMIT)
.  else
MAKE_JOBS_NUMBER=	$(_MAKE_JOBS_NUMBER)
.  endif
_MAKE_JOBS?=	-j$(MAKE_JOBS_NUMBER)
.endif
ALL_TARGET?=	all
INSTALL_TARGET?=	install
MAKEFILE?=	Makefile
_BUILD_ARGS=	-f $(MAKEFILE) PREFIX=$(PREFIX) LOCALBASE=$(LOCALBASE) CC=$(CC:Q) $(MAKE_ARGS)

# Reasons not to build.
.if !defined(NO_IGNORE) && !defined(IGNORE)
.  if defined(BROKEN) && !defined(TRYBROKEN)
IGNORE=		is marked as broken: $(BROKEN)
.  elif defined(FORBIDDEN)
IGNORE=		is forbidden: $(FORBIDDEN)
.  endif
.endif

_TARGETS=	fetch checksum extract patch configure all build install reinstall stage package

.if defined(IGNORE) && !defined(NO_IGNORE)
.  for target in $(_TARGETS)
$(target): .PHONY
	@$(ECHO_MSG) "===>  $(PKGNAME) "$(IGNORE:Q).; exit 1
.  endfor
.else

all: build .PHONY

# Dependencies: looked for, never built from here.
_depends_env=	PKG_BIN=$(PKG_BIN:Q) LOCALBASE=$(LOCALBASE:Q) PKGNAME=$(PKGNAME:Q)
.  for kind in pkg fetch extract patch build lib run
$(kind)-depends: .PHONY
.    if !defined(NO_DEPENDS) && !empty($(kind:tu)_DEPENDS)
	@$(_depends_env) $(SH) $(_SCRIPTS)/check-depends.sh $(kind) $($(kind:tu)_DEPENDS:@d@$(d:Q)@)
.    endif
.  endfor

fetch: pkg-depends fetch-depends pre-fetch do-fetch post-fetch .PHONY
checksum: fetch do-checksum .PHONY

do-checksum: .PHONY
.  if !defined(NO_CHECKSUM) && !empty(ALLFILES)
	@DISTDIR=$(DISTDIR:Q) DIST_SUBDIR=$(DIST_SUBDIR:Q) DISTINFO_FILE=$(DISTINFO_FILE:Q) \
		FETCH_REGET=$(FETCH_REGET) CURDIR=$(.CURDIR:Q) MAKE=$(MAKE:Q) \
		$(SH) $(_SCRIPTS)/checksum.sh $(ALLFILES)
.  endif

_extract_prev=		checksum extract-depends
_patch_prev=		extract patch-depends
_configure_prev=	patch build-depends lib-depends
_build_prev=		configure
_stage_prev=		build lib-depends run-depends
_extract_words=		Extracting for
_patch_words=		Patching for
_configure_words=	Configuring for
_build_words=		Building for
_stage_words=		Staging for

# A phase that is done leaves a cookie in the work directory and is not done again.
.  for phase in extract patch configure build stage
_$(phase)_cookie=	$(WRKDIR)/.$(phase)_done.$(PORTNAME)
.    if exists($(_$(phase)_cookie))
# The cookie was there when this was read; \`make clean build' has removed it since.
$(phase): .PHONY
	@if [ ! -e $(_$(phase)_cookie) ]; then cd $(.CURDIR) && $(MAKE) $(phase); fi
.    else
$(phase): $(_$(phase)_prev) $(phase)-message pre-$(phase) do-$(phase) post-$(phase) $(phase)-cookie .PHONY
.    endif
$(phase)-message: .PHONY
	@$(ECHO_MSG) "===>  $(_$(phase)_words) $(PKGNAME)"
$(phase)-cookie: .PHONY
	@touch $(_$(phase)_cookie)
.  endfor

.  for phase in fetch extract patch configure build stage package
.    for when in pre post
.      if !target($(when)-$(phase))
$(when)-$(phase): .PHONY
.      endif
.    endfor
.  endfor

_fetch_env=	_DISTDIR=$(_DISTDIR:Q) \
		MASTER_SITES="$(MASTER_SITE_OVERRIDE) $(MASTER_SITES) $(MASTER_SITE_BACKUP)"

.  if !target(do-fetch)
do-fetch: .PHONY
.    if !empty(DISTFILES)
	@$(_fetch_env) $(SH) $(_SCRIPTS)/do-fetch.sh $(DISTFILES)
.    endif
.  endif

fetch-urlall-list: .PHONY
.  if !empty(DISTFILES)
	@$(_fetch_env) ONLY_LIST=yes $(SH) $(_SCRIPTS)/do-fetch.sh $(DISTFILES)
.  endif

.  if !target(do-extract)
do-extract: .PHONY
	@rm -rf $(WRKDIR); mkdir -p $(WRKDIR)
.    for file in $(DISTFILES)
	@tar -xzf $(_DISTDIR)/$(file) -C $(WRKDIR)
.    endfor
.  endif

.  if !target(do-patch)
do-patch: .PHONY
	@for patch in $(FILESDIR)/patch-*; do \
		[ -f "$$patch" ] || continue; \
		$(ECHO_MSG) "===>   Applying $$(basename $$patch)"; \
		patch -s -p0 -d $(WRKSRC) < "$$patch" || exit 1; \
	done
.  endif

.  if !target(do-configure)
do-configure: .PHONY
.    if defined(HAS_CONFIGURE)
	@cd $(WRKSRC) && $(SH) ./configure --prefix=$(PREFIX) $(CONFIGURE_ARGS)
.    endif
.  endif

# SANDBOX_BUILD_SECONDS makes builds last, SANDBOX_FAIL names ports whose builds are to fail.
.  if !target(do-build)
do-build: .PHONY
.    if defined(DEPRECATED)
	@$(ECHO_MSG) "===>   NOTICE: This port is deprecated: "$(DEPRECATED:Q)
.    endif
	@ORIGIN=$(_FLAVOR_ORIGIN) WRKSRC=$(WRKSRC:Q) $(SH) $(_SCRIPTS)/build-knobs.sh
.    if !defined(NO_BUILD)
	@cd $(WRKSRC) && $(MAKE_CMD) $(_MAKE_JOBS) $(_BUILD_ARGS) $(ALL_TARGET)
.    endif
.  endif

.  if !target(do-stage)
do-stage: .PHONY
	@rm -rf $(STAGEDIR); mkdir -p $(STAGEDIR)$(PREFIX)
	@cd $(WRKSRC) && $(MAKE_CMD) $(_BUILD_ARGS) DESTDIR=$(STAGEDIR) $(INSTALL_TARGET)
.  endif

package: stage pre-package do-package post-package .PHONY
.  if !target(do-package)
do-package: .PHONY
	@$(ECHO_MSG) "===>  Building packages for $(PKGNAME)"
	@mkdir -p $(WRKDIR)/pkg
	@cd $(STAGEDIR) && find . \( -type f -o -type l \) | sed 's,^\.,,' | LC_ALL=C sort > $(TMPPLIST)
	@PKG_BIN=$(PKG_BIN:Q) LOCALBASE=$(LOCALBASE:Q) PKGBASE=$(PKGBASE:Q) PKGVERSION=$(PKGVERSION:Q) \
		PKGORIGIN=$(PKGORIGIN:Q) FLAVOR=$(FLAVOR:Q) COMMENT=$(COMMENT:Q) MAINTAINER=$(MAINTAINER:Q) \
		WWW=$(WWW:Q) PREFIX=$(PREFIX:Q) CATEGORIES=$(CATEGORIES:Q) DESCR=$(DESCR:Q) \
		PKGMESSAGE=$(PKGMESSAGE:Q) DEPRECATED=$(DEPRECATED:Q) EXPIRATION_DATE=$(EXPIRATION_DATE:Q) \
		$(SH) $(_SCRIPTS)/create-manifest.sh $(LIB_DEPENDS:C/:.*//:@d@lib $(d:Q)@) \
		$(RUN_DEPENDS:C/:.*//:@d@run $(d:Q)@) > $(MANIFESTF)
	@$(PKG_BIN) create -q -M $(MANIFESTF) -p $(TMPPLIST) -r $(STAGEDIR) -o $(WRKDIR)/pkg
.    if exists($(PACKAGES))
	@mkdir -p $(PKGREPOSITORY)
.    endif
	@ln -f $(WRKDIR_PKGFILE) $(PKGFILE) 2>/dev/null || cp -f $(WRKDIR_PKGFILE) $(PKGFILE)
.  endif

install reinstall: package .PHONY
	@$(ECHO_MSG) "===>  Installing for $(PKGNAME)"
	@$(PKG_BIN) install -q -y -U $(WRKDIR_PKGFILE)

.endif # IGNORE

deinstall: .PHONY
	@$(ECHO_MSG) "===>  Deinstalling for $(PKGBASE)"
	@if $(PKG_BIN) info -e $(PKGBASE); then $(PKG_BIN) delete -f -y -q $(PKGBASE); fi

clean: .PHONY
	@$(ECHO_MSG) "===>  Cleaning for $(PKGNAME)"
	@rm -rf $(WRKDIR)

distclean: clean .PHONY
	@rm -f $(ALLFILES:S|^|$(_DISTDIR)/|)

config config-conditional config-recursive rmconfig showconfig check-sanity: .PHONY

.endif
`;
