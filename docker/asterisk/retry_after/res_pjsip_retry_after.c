/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * A refusal of a call that may be tried again says when: RFC 3261, 21.5.4 and 20.33. Asterisk has no way to put a
 * header on a final response; this adds Retry-After to each 503 that answers an INVITE.
 *
 * RETRY_AFTER, a variable of the channel or a global one, is the shortest time in seconds; none, nothing or 0: no
 * header. What is sent is drawn between it and twice as long, so that those who were turned away together do not come
 * back together.
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
#include "asterisk/utils.h"

#define LONGEST_S 3600

static unsigned int shortest_wait(struct ast_channel *channel)
{
	unsigned int seconds = 0;
	const char *wanted;

	ast_channel_lock(channel);
	wanted = pbx_builtin_getvar_helper(channel, "RETRY_AFTER");
	if (ast_strlen_zero(wanted)) {
		seconds = 0;
	} else if (ast_str_to_uint(wanted, &seconds) || seconds > LONGEST_S) {
		ast_log(LOG_WARNING, "RETRY_AFTER must be 0 to %d seconds: Retry-After is not sent\n", LONGEST_S);
		seconds = 0;
	}
	ast_channel_unlock(channel);
	return seconds;
}

static void say_when(struct ast_sip_session *session, pjsip_tx_data *tdata)
{
	char value[sizeof("7200")];
	unsigned int shortest;

	if (!session->channel || tdata->msg->line.status.code != PJSIP_SC_SERVICE_UNAVAILABLE) {
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
