// SPDX-License-Identifier: MIT
#pragma once

// The whole public vocabulary in one include.
#include "godwit/core/body.h"
#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/client.h"
#include "godwit/core/content_disposition.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/loop.h"
#include "godwit/core/media_type.h"
#include "godwit/core/method.h"
#include "godwit/core/options.h"
#include "godwit/core/parameters.h"
#include "godwit/core/parse_headers.h"
#include "godwit/core/port.h"
#include "godwit/core/request.h"
#include "godwit/core/response.h"
#include "godwit/core/status.h"
#include "godwit/core/stream.h"
#include "godwit/core/timing.h"
#include "godwit/core/tls_info.h"
