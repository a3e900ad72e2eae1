// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

// GODWIT_STATUS_MAP(X) is the one table of status codes: X(code, constant, "phrase", "description"). Codes
// and phrases are those registered with IANA, with the phrases of RFC 9110; the description is a clause for
// people.
#define GODWIT_STATUS_MAP(X)                                                                               \
  X(100, kContinue, "Continue", "the request may go on")                                                   \
  X(101, kSwitchingProtocols, "Switching Protocols", "the connection changes to the protocol of Upgrade")  \
  X(102, kProcessing, "Processing", "the request is being worked on")                                      \
  X(103, kEarlyHints, "Early Hints", "fields that the final response will probably have")                  \
  X(200, kOk, "OK", "the request succeeded")                                                               \
  X(201, kCreated, "Created", "a new resource was made; Location may name it")                             \
  X(202, kAccepted, "Accepted", "the request was taken and is not yet done")                               \
  X(203, kNonAuthoritativeInformation, "Non-Authoritative Information", "a proxy changed the content")     \
  X(204, kNoContent, "No Content", "done, and there is nothing to show")                                   \
  X(205, kResetContent, "Reset Content", "done; the form may be cleared")                                  \
  X(206, kPartialContent, "Partial Content", "the ranges that were asked for")                             \
  X(207, kMultiStatus, "Multi-Status", "the content holds a status for each resource")                     \
  X(208, kAlreadyReported, "Already Reported", "the members were listed before in this response")          \
  X(226, kImUsed, "IM Used", "the content is a change to an instance that the client has")                 \
  X(300, kMultipleChoices, "Multiple Choices", "there are several representations to choose from")         \
  X(301, kMovedPermanently, "Moved Permanently", "the resource has a new address for good")                \
  X(302, kFound, "Found", "the resource is at another address for now")                                    \
  X(303, kSeeOther, "See Other", "the answer is to be got by GET at another address")                      \
  X(304, kNotModified, "Not Modified", "the copy that the client has is still right")                      \
  X(305, kUseProxy, "Use Proxy", "deprecated: the resource asks for a proxy")                              \
  X(307, kTemporaryRedirect, "Temporary Redirect", "the same request is to be made elsewhere for now")     \
  X(308, kPermanentRedirect, "Permanent Redirect", "the same request is to be made elsewhere for good")    \
  X(400, kBadRequest, "Bad Request", "the server does not understand the request")                         \
  X(401, kUnauthorized, "Unauthorized", "credentials are missing or wrong; see WWW-Authenticate")          \
  X(402, kPaymentRequired, "Payment Required", "reserved")                                                 \
  X(403, kForbidden, "Forbidden", "the server refuses, whoever asks")                                      \
  X(404, kNotFound, "Not Found", "there is nothing at this address")                                       \
  X(405, kMethodNotAllowed, "Method Not Allowed", "the resource does not know the method; see Allow")      \
  X(406, kNotAcceptable, "Not Acceptable", "there is no representation that the client accepts")           \
  X(407, kProxyAuthenticationRequired, "Proxy Authentication Required", "the proxy asks for credentials")  \
  X(408, kRequestTimeout, "Request Timeout", "the request did not arrive in time")                         \
  X(409, kConflict, "Conflict", "the state of the resource does not allow it")                             \
  X(410, kGone, "Gone", "the resource was here and will not come back")                                    \
  X(411, kLengthRequired, "Length Required", "the server wants a Content-Length")                          \
  X(412, kPreconditionFailed, "Precondition Failed", "a condition of the request does not hold")           \
  X(413, kContentTooLarge, "Content Too Large", "the request's content is larger than the server takes")   \
  X(414, kUriTooLong, "URI Too Long", "the address is longer than the server takes")                       \
  X(415, kUnsupportedMediaType, "Unsupported Media Type", "the content has a form the server can't read")  \
  X(416, kRangeNotSatisfiable, "Range Not Satisfiable", "no range that was asked for is there")            \
  X(417, kExpectationFailed, "Expectation Failed", "the server can't do what Expect asks")                 \
  X(418, kImATeapot, "I'm a Teapot", "unused, but for a joke of 1998")                                     \
  X(421, kMisdirectedRequest, "Misdirected Request", "this server does not answer for that authority")     \
  X(422, kUnprocessableContent, "Unprocessable Content", "the content is well-formed and makes no sense")  \
  X(423, kLocked, "Locked", "the resource is locked")                                                      \
  X(424, kFailedDependency, "Failed Dependency", "another request on which this one depends failed")       \
  X(425, kTooEarly, "Too Early", "the server does not risk a request that may be a replay")                \
  X(426, kUpgradeRequired, "Upgrade Required", "the server wants another protocol; see Upgrade")           \
  X(428, kPreconditionRequired, "Precondition Required", "the server wants a conditional request")         \
  X(429, kTooManyRequests, "Too Many Requests", "the client asks too often; see Retry-After")              \
  X(431, kRequestHeaderFieldsTooLarge, "Request Header Fields Too Large", "the fields are too large")      \
  X(451, kUnavailableForLegalReasons, "Unavailable For Legal Reasons", "the law forbids to show it")       \
  X(500, kInternalServerError, "Internal Server Error", "the server failed")                               \
  X(501, kNotImplemented, "Not Implemented", "the server does not know the method")                        \
  X(502, kBadGateway, "Bad Gateway", "the server behind this one gave no valid response")                  \
  X(503, kServiceUnavailable, "Service Unavailable", "the server can't serve now; see Retry-After")        \
  X(504, kGatewayTimeout, "Gateway Timeout", "the server behind this one did not answer in time")          \
  X(505, kHttpVersionNotSupported, "HTTP Version Not Supported", "the server does not speak this version") \
  X(506, kVariantAlsoNegotiates, "Variant Also Negotiates", "the server's negotiation goes in a circle")   \
  X(507, kInsufficientStorage, "Insufficient Storage", "the server has no room to store it")               \
  X(508, kLoopDetected, "Loop Detected", "the operation would never end")                                  \
  X(510, kNotExtended, "Not Extended", "obsolete: the request lacks an extension")                         \
  X(511, kNetworkAuthenticationRequired, "Network Authentication Required", "the network wants a log-in")

// status: the constants of http.client (NOT_FOUND is kNotFound here, out of the way of macros) and what it
// says of a code. A status is a plain int everywhere: a peer may send any from 100 to 999.
namespace godwit::status {

#define GODWIT_CONSTANT(code, constant, phrase, description) inline constexpr int constant = code;
GODWIT_STATUS_MAP(GODWIT_CONSTANT)
#undef GODWIT_CONSTANT

// The names that Python had before 3.13, from RFC 2616 and RFC 4918.
inline constexpr int kRequestEntityTooLarge = kContentTooLarge;
inline constexpr int kRequestUriTooLong = kUriTooLong;
inline constexpr int kRequestedRangeNotSatisfiable = kRangeNotSatisfiable;
inline constexpr int kUnprocessableEntity = kUnprocessableContent;

// phrase gives the registered reason phrase ("Not Found"), a literal; empty for a code that is not
// registered.
constexpr std::string_view phrase(int code) {
  switch (code) {
#define GODWIT_PHRASE(number, constant, text, description) \
  case number:                                             \
    return text;
    GODWIT_STATUS_MAP(GODWIT_PHRASE)
#undef GODWIT_PHRASE
  }
  return {};
}

// description gives a clause about what a code means, a literal; empty for a code that is not registered.
constexpr std::string_view description(int code) {
  switch (code) {
#define GODWIT_DESCRIPTION(number, constant, phrase, text) \
  case number:                                             \
    return text;
    GODWIT_STATUS_MAP(GODWIT_DESCRIPTION)
#undef GODWIT_DESCRIPTION
  }
  return {};
}

// The classes of RFC 9110, 15, which hold for codes that are not registered too.
constexpr bool is_informational(int code) {
  return code >= 100 && code <= 199;
}
constexpr bool is_success(int code) {
  return code >= 200 && code <= 299;
}
constexpr bool is_redirection(int code) {
  return code >= 300 && code <= 399;
}
constexpr bool is_client_error(int code) {
  return code >= 400 && code <= 499;
}
constexpr bool is_server_error(int code) {
  return code >= 500 && code <= 599;
}

}  // namespace godwit::status
