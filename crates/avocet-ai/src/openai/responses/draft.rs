//! `Draft`: a response while the model writes it, and its events.

use super::super::probability::TokenProbability;
use super::event::{
    ArgumentsDeltaEvent, ArgumentsDoneEvent, ItemEvent, PartEvent, RefusalDeltaEvent,
    RefusalDoneEvent, ResponseEvent, Snapshot, TextDeltaEvent, TextDoneEvent,
};
use super::item::item_id;
use super::output::{ItemStatus, OutputItem, OutputPart, OutputRole};
use super::response::{
    IncompleteDetails, ResponseFailure, ResponseObject, ResponseStatus, ResponseUsage,
};
use crate::generate::{Delta, Done, FinishReason, GenerateError, TextDelta};
use crate::identity::now;

/// A response while the model writes it.
pub(super) struct Draft {
    response: ResponseObject,
    logprobs: bool,
    /// The number of events so far.
    sequence: u64,
    /// The message that is open: its index in the output.
    message: Option<usize>,
    /// The indexes of the calls in the output, which are open until the end: a model can write the arguments of several in turn.
    calls: Vec<usize>,
}

impl Draft {
    /// Begins a response, with or without the probabilities of its tokens.
    pub(super) fn new(response: ResponseObject, logprobs: bool) -> Self {
        Self {
            response,
            logprobs,
            sequence: 0,
            message: None,
            calls: Vec::new(),
        }
    }

    /// Returns the response.
    pub(super) fn into_response(self) -> ResponseObject {
        self.response
    }

    pub(super) fn response(&self) -> &ResponseObject {
        &self.response
    }

    /// Returns the events before the first delta.
    pub(super) fn begin(&mut self) -> [ResponseEvent; 2] {
        [
            ResponseEvent::Created(self.snapshot("response.created")),
            ResponseEvent::InProgress(self.snapshot("response.in_progress")),
        ]
    }

    /// Adds a delta. Returns its events; those of the last delta do not include [`end`](Self::end).
    pub(super) fn add(&mut self, delta: Delta) -> Vec<ResponseEvent> {
        let mut events = Vec::new();
        match delta {
            Delta::Prompt { .. } => {}
            Delta::Text(piece) => self.add_text(piece, &mut events),
            Delta::Refusal(piece) => self.add_refusal(piece, &mut events),
            Delta::ToolCall { id, name, .. } => self.add_call(id, name, &mut events),
            Delta::ToolArguments { index, json } => self.add_arguments(index, json, &mut events),
            Delta::Done(done) => self.finish(&done, &mut events),
        }
        events
    }

    /// Adds a delta, or ends the response with the error of the model.
    pub(super) fn add_or_fail(
        &mut self,
        delta: Result<Delta, GenerateError>,
    ) -> Vec<ResponseEvent> {
        match delta {
            Ok(delta) => self.add(delta),
            Err(error) => {
                self.interrupt(ResponseStatus::Failed, Some(ResponseFailure::new(error)));
                Vec::new()
            }
        }
    }

    /// Ends the response early, because the model failed or it was cancelled.
    pub(super) fn interrupt(&mut self, status: ResponseStatus, error: Option<ResponseFailure>) {
        for index in self.message.take().into_iter().chain(self.calls.drain(..)) {
            self.response.output[index].set_status(ItemStatus::Incomplete);
        }
        self.response.status = status;
        self.response.error = error;
    }

    /// Returns the last event.
    pub(super) fn end(&mut self) -> ResponseEvent {
        match self.response.status {
            ResponseStatus::Completed => {
                ResponseEvent::Completed(self.snapshot("response.completed"))
            }
            ResponseStatus::Incomplete => {
                ResponseEvent::Incomplete(self.snapshot("response.incomplete"))
            }
            _ => ResponseEvent::Failed(self.snapshot("response.failed")),
        }
    }

    fn add_text(&mut self, piece: TextDelta, events: &mut Vec<ResponseEvent>) {
        let TextDelta { text, logprobs } = piece;
        let tokens = if self.logprobs { logprobs } else { Vec::new() };
        let tokens: Vec<TokenProbability> = tokens.into_iter().map(Into::into).collect();
        let output_index = self.open_message(events);
        let is_text =
            |part: Option<&OutputPart>| matches!(part, Some(OutputPart::OutputText { .. }));
        if !is_text(self.parts(output_index).last()) {
            self.open_part(output_index, empty_text(), events);
        }
        let content_index = self.parts(output_index).len() - 1;
        if let Some(OutputPart::OutputText {
            text: whole,
            logprobs,
            ..
        }) = self.parts(output_index).last_mut()
        {
            whole.push_str(&text);
            logprobs.extend(tokens.iter().cloned());
        }
        events.push(ResponseEvent::TextDelta(TextDeltaEvent {
            r#type: "response.output_text.delta",
            sequence_number: self.next(),
            item_id: self.response.output[output_index].id().to_owned(),
            output_index,
            content_index,
            delta: text,
            logprobs: tokens,
        }));
    }

    fn add_refusal(&mut self, piece: String, events: &mut Vec<ResponseEvent>) {
        let output_index = self.open_message(events);
        let is_refusal =
            |part: Option<&OutputPart>| matches!(part, Some(OutputPart::Refusal { .. }));
        if !is_refusal(self.parts(output_index).last()) {
            let refusal = OutputPart::Refusal {
                refusal: String::new(),
            };
            self.open_part(output_index, refusal, events);
        }
        let content_index = self.parts(output_index).len() - 1;
        if let Some(OutputPart::Refusal { refusal }) = self.parts(output_index).last_mut() {
            refusal.push_str(&piece);
        }
        events.push(ResponseEvent::RefusalDelta(RefusalDeltaEvent {
            r#type: "response.refusal.delta",
            sequence_number: self.next(),
            item_id: self.response.output[output_index].id().to_owned(),
            output_index,
            content_index,
            delta: piece,
        }));
    }

    fn add_call(&mut self, call_id: String, name: String, events: &mut Vec<ResponseEvent>) {
        self.close_message(ItemStatus::Completed, events);
        let item = OutputItem::FunctionCall {
            id: self.item_id("fc"),
            status: ItemStatus::InProgress,
            call_id,
            name,
            arguments: String::new(),
        };
        let index = self.add_item(item, events);
        self.calls.push(index);
    }

    fn add_arguments(&mut self, call: usize, json: String, events: &mut Vec<ResponseEvent>) {
        let Some(&output_index) = self.calls.get(call) else {
            return;
        };
        if let OutputItem::FunctionCall { arguments, .. } = &mut self.response.output[output_index]
        {
            arguments.push_str(&json);
        }
        events.push(ResponseEvent::ArgumentsDelta(ArgumentsDeltaEvent {
            r#type: "response.function_call_arguments.delta",
            sequence_number: self.next(),
            item_id: self.response.output[output_index].id().to_owned(),
            output_index,
            delta: json,
        }));
    }

    fn finish(&mut self, done: &Done, events: &mut Vec<ResponseEvent>) {
        let incomplete = match &done.reason {
            FinishReason::Length => Some("max_output_tokens"),
            FinishReason::ContentFilter => Some("content_filter"),
            FinishReason::Stop | FinishReason::StopText(_) | FinishReason::ToolCalls => None,
        };
        if self.response.output.is_empty() {
            // A response always has an item.
            let index = self.open_message(events);
            self.open_part(index, empty_text(), events);
        }
        let last = match incomplete {
            Some(_) => ItemStatus::Incomplete,
            None => ItemStatus::Completed,
        };
        let calls = std::mem::take(&mut self.calls);
        let count = calls.len();
        let is_open = self.message.is_some();
        for (place, index) in calls.into_iter().enumerate() {
            let is_last = !is_open && place + 1 == count;
            self.close_call(
                index,
                if is_last { last } else { ItemStatus::Completed },
                events,
            );
        }
        self.close_message(last, events);

        self.response.usage = Some(ResponseUsage::from(done.usage));
        match incomplete {
            Some(reason) => {
                self.response.status = ResponseStatus::Incomplete;
                self.response.incomplete_details = Some(IncompleteDetails {
                    reason: reason.to_owned(),
                });
            }
            None => {
                self.response.status = ResponseStatus::Completed;
                self.response.completed_at = Some(now());
            }
        }
    }

    /// Returns the index of the open message; opens one if there is none.
    fn open_message(&mut self, events: &mut Vec<ResponseEvent>) -> usize {
        if let Some(index) = self.message {
            return index;
        }
        let item = OutputItem::Message {
            id: self.item_id("msg"),
            status: ItemStatus::InProgress,
            role: OutputRole::Assistant,
            content: Vec::new(),
        };
        let index = self.add_item(item, events);
        self.message = Some(index);
        index
    }

    fn close_message(&mut self, status: ItemStatus, events: &mut Vec<ResponseEvent>) {
        if let Some(index) = self.message.take() {
            self.close_part(index, events);
            self.close_item(index, status, events);
        }
    }

    fn close_call(
        &mut self,
        output_index: usize,
        status: ItemStatus,
        events: &mut Vec<ResponseEvent>,
    ) {
        let sequence_number = self.next();
        if let OutputItem::FunctionCall {
            id,
            name,
            arguments,
            ..
        } = &self.response.output[output_index]
        {
            events.push(ResponseEvent::ArgumentsDone(ArgumentsDoneEvent {
                r#type: "response.function_call_arguments.done",
                sequence_number,
                item_id: id.clone(),
                output_index,
                name: name.clone(),
                arguments: arguments.clone(),
            }));
        }
        self.close_item(output_index, status, events);
    }

    /// Adds an item to the output. Returns its index.
    fn add_item(&mut self, item: OutputItem, events: &mut Vec<ResponseEvent>) -> usize {
        let output_index = self.response.output.len();
        self.response.output.push(item.clone());
        events.push(ResponseEvent::ItemAdded(ItemEvent {
            r#type: "response.output_item.added",
            sequence_number: self.next(),
            output_index,
            item,
        }));
        output_index
    }

    fn close_item(
        &mut self,
        output_index: usize,
        status: ItemStatus,
        events: &mut Vec<ResponseEvent>,
    ) {
        self.response.output[output_index].set_status(status);
        events.push(ResponseEvent::ItemDone(ItemEvent {
            r#type: "response.output_item.done",
            sequence_number: self.next(),
            output_index,
            item: self.response.output[output_index].clone(),
        }));
    }

    /// Adds a part to a message, after its last one has ended.
    fn open_part(
        &mut self,
        output_index: usize,
        part: OutputPart,
        events: &mut Vec<ResponseEvent>,
    ) {
        self.close_part(output_index, events);
        let content_index = self.parts(output_index).len();
        self.parts(output_index).push(part.clone());
        events.push(ResponseEvent::PartAdded(PartEvent {
            r#type: "response.content_part.added",
            sequence_number: self.next(),
            item_id: self.response.output[output_index].id().to_owned(),
            output_index,
            content_index,
            part,
        }));
    }

    /// Ends the last part of a message, if it has one.
    fn close_part(&mut self, output_index: usize, events: &mut Vec<ResponseEvent>) {
        let Some(part) = self.parts(output_index).last().cloned() else {
            return;
        };
        let content_index = self.parts(output_index).len() - 1;
        let item_id = self.response.output[output_index].id().to_owned();
        let sequence_number = self.next();
        events.push(match part.clone() {
            OutputPart::OutputText { text, logprobs, .. } => {
                ResponseEvent::TextDone(TextDoneEvent {
                    r#type: "response.output_text.done",
                    sequence_number,
                    item_id: item_id.clone(),
                    output_index,
                    content_index,
                    text,
                    logprobs,
                })
            }
            OutputPart::Refusal { refusal } => ResponseEvent::RefusalDone(RefusalDoneEvent {
                r#type: "response.refusal.done",
                sequence_number,
                item_id: item_id.clone(),
                output_index,
                content_index,
                refusal,
            }),
        });
        events.push(ResponseEvent::PartDone(PartEvent {
            r#type: "response.content_part.done",
            sequence_number: self.next(),
            item_id,
            output_index,
            content_index,
            part,
        }));
    }

    /// Returns the parts of a message.
    fn parts(&mut self, output_index: usize) -> &mut Vec<OutputPart> {
        match &mut self.response.output[output_index] {
            OutputItem::Message { content, .. } => content,
            OutputItem::FunctionCall { .. } => unreachable!("the item is a message"),
        }
    }

    fn item_id(&self, prefix: &str) -> String {
        let index = self.response.output.len().to_string();
        item_id(prefix, &self.response.id, &index)
    }

    fn snapshot(&mut self, name: &'static str) -> Snapshot {
        Snapshot {
            r#type: name,
            sequence_number: self.next(),
            response: Box::new(self.response.clone()),
        }
    }

    /// Returns the number of the next event.
    fn next(&mut self) -> u64 {
        let number = self.sequence;
        self.sequence += 1;
        number
    }
}

fn empty_text() -> OutputPart {
    OutputPart::OutputText {
        text: String::new(),
        annotations: Vec::new(),
        logprobs: Vec::new(),
    }
}
