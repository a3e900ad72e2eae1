// SPDX-License-Identifier: MIT
#include "godwit/core/http1/keep_alive.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/parser/response_head.h"

namespace godwit::http1 {
namespace {

using Kind = BodyLength::Kind;

KeepAliveFacts good() {
  return {.request_complete = true, .response_complete = true, .body = Kind::length};
}

TEST(KeepAlive, IsTheDefaultOfHttp11) {
  for (Kind body : {Kind::none, Kind::length, Kind::chunked}) {
    KeepAliveFacts facts = good();
    facts.body = body;
    EXPECT_EQ(keep_alive(facts), "");
  }
}

TEST(KeepAlive, EachReasonAloneEndsIt) {
  struct Row {
    void (*spoil)(KeepAliveFacts&);
    std::string_view reason;
  };
  const Row rows[] = {
      {[](KeepAliveFacts& f) { f.response_complete = false; }, "the response was not read to its end"},
      {[](KeepAliveFacts& f) { f.request_complete = false; }, "the request was not sent to its end"},
      {[](KeepAliveFacts& f) { f.body = Kind::tunnel; }, "the connection became a tunnel"},
      {[](KeepAliveFacts& f) { f.body = Kind::until_close; }, "the body ended with the connection"},
      {[](KeepAliveFacts& f) { f.contradicted = true; }, "a response without a body announced one"},
      {[](KeepAliveFacts& f) { f.request_close = true; }, "the request said Connection: close"},
      {[](KeepAliveFacts& f) { f.response_close = true; }, "the response said Connection: close"},
      {[](KeepAliveFacts& f) { f.response_version = 10; }, "HTTP/1.0 without keep-alive"},
      {[](KeepAliveFacts& f) { f.request_version = 10; }, "HTTP/1.0 without keep-alive"},
  };
  for (const Row& row : rows) {
    KeepAliveFacts facts = good();
    row.spoil(facts);
    EXPECT_EQ(keep_alive(facts), row.reason);
    const bool version = facts.response_version == 10 || facts.request_version == 10;
    facts.response_keep_alive = true;
    EXPECT_EQ(keep_alive(facts), version ? "" : row.reason) << "keep-alive outweighs nothing but HTTP/1.0";
  }
}

TEST(KeepAlive, WhatAResponseHeadSays) {
  struct Row {
    const char* head;
    uint8_t version;
    bool close;
    bool keep_alive;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\n", 11, false, false},
      {"HTTP/1.0 200 OK\r\n", 10, false, false},
      {"HTTP/1.7 200 OK\r\n", 11, false, false},
      {"HTTP/1.1 200 OK\r\nConnection: close\r\n", 11, true, false},
      {"HTTP/1.1 200 OK\r\nCONNECTION: CLOSE\r\n", 11, true, false},
      {"HTTP/1.1 200 OK\r\nConnection: a\r\nConnection: b,,close\r\n", 11, true, false},
      {"HTTP/1.1 200 OK\r\nConnection: closed, not-close\r\n", 11, false, false},
      {"HTTP/1.1 200 OK\r\nX: close\r\n", 11, false, false},
      {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", 11, false, true},
      {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n", 11, true, true},
      {"HTTP/1.1 200 OK\r\nX: y\r\nConnection: close\r\nProxy-Connection: Keep-Alive\r\n", 11, true, true},
      {"HTTP/1.0 200 OK\r\nConnection: keep-aliv\r\n", 10, false, false},
      {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", 10, false, true},
      {"HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n", 10, true, true},
      {"HTTP/1.0 200 OK\r\nKeep-Alive: timeout=5\r\n", 10, false, true},
      {"HTTP/1.0 200 OK\r\nProxy-Connection: keep-alive\r\n", 10, false, true},
      {"HTTP/1.0 200 OK\r\nProxy-Connection: close\r\n", 10, false, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.head);
    const std::string text = std::string(row.head) + "\r\n";
    std::vector<parser::FieldSpan> spans(16);
    parser::ResponseHead head;
    head.storage = spans;
    ASSERT_EQ(parser::parse_response_head(text, 0, {}, head).status, parser::HeadStatus::complete);
    KeepAliveFacts facts;
    note_response_head(facts, head, text.data());
    EXPECT_EQ(facts.response_version, row.version);
    EXPECT_EQ(facts.response_close, row.close);
    EXPECT_EQ(facts.response_keep_alive, row.keep_alive);
  }
}

}  // namespace
}  // namespace godwit::http1
