/*
 * SPDX-License-Identifier: GPL-2.0-only
 * Copyright (C) 2026 the authors of Switchboard
 *
 * This program is free software, distributed under the terms of the GNU General Public License Version 2 (COPYING in
 * this folder), WITHOUT ANY WARRANTY.
 *
 * A refusal of a call that may be tried again says when: RFC 3261, 21.5.4 and 20.33. Asterisk's dialplan and ARI have no
 * way to put a header on a final response; this adds Retry-After to a 503 that ends a channel.
 *
 * RETRY_AFTER, a variable of the channel, is the shortest time in seconds; none, nothing or 0: no header. What is sent
 * is drawn between it and twice as long, so that those who were turned away together do not come back together.
 */

#include "asterisk.h"

#include <pjsip.h>
#include <pjsip_ua.h>

#include "asterisk/channel.h"
#include "asterisk/conversions.h"
#include "asterisk/module.h"
#include "asterisk/pbx.h"
#include "asterisk/res_pjsip.h"
#include "asterisk/res_pjsip_session.h"
#include "asterisk/taskpool.h"
#include "asterisk/utils.h"

#define LONGEST_S 3600

static unsigned int shortest_wait(struct ast_channel *channel)
{
	unsigned int seconds = 0;
	const char *wanted;

	/* The value is the channel's for as long as it is locked. */
	ast_channel_lock(channel);
	wanted = pbx_builtin_getvar_helper(channel, "RETRY_AFTER");
	if (!ast_strlen_zero(wanted) && (ast_str_to_uint(wanted, &seconds) || seconds > LONGEST_S)) {
		ast_log(LOG_NOTICE, "RETRY_AFTER must be 0 to %d seconds: Retry-After is not sent\n", LONGEST_S);
		seconds = 0;
	}
	ast_channel_unlock(channel);
	return seconds;
}

static void say_when(struct ast_sip_session *session, pjsip_tx_data *tdata)
{
	char value[sizeof("7200")];
	unsigned int shortest;

	/* A response that is sent again comes from another thread, in which the channel may just be going. */
	if (!session->channel || session->serializer != ast_taskpool_serializer_get_current()) {
		return;
	}
	if (tdata->msg->line.status.code != PJSIP_SC_SERVICE_UNAVAILABLE) {
		return;
	}
	shortest = shortest_wait(session->channel);
	if (!shortest) {
		return;
	}
	snprintf(value, sizeof(value), "%u", shortest + (unsigned int) (ast_random() % (shortest + 1)));
	ast_sip_add_header(tdata, "Retry-After", value);
}

static struct ast_sip_session_supplement supplement = {
	.method = "INVITE",
	.priority = AST_SIP_SUPPLEMENT_PRIORITY_CHANNEL - 1,
	.outgoing_response = say_when,
};

static int load_module(void)
{
	ast_sip_session_register_supplement(&supplement);
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	ast_sip_session_unregister_supplement(&supplement);
	return 0;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Retry-After on 503",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.load_pri = AST_MODPRI_APP_DEPEND,
	.requires = "res_pjsip,res_pjsip_session",
);
