//! A texture that is drawn on instead of a screen, and read back as PNG.

use std::iter::once;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use eframe::egui::{ClippedPrimitive, Context, FullOutput};
use eframe::egui_wgpu::{
    RenderState, RendererOptions, ScreenDescriptor, WgpuConfiguration, WgpuSetup,
    WgpuSetupCreateNew,
};
use eframe::wgpu;

use crate::error::WorkbenchError;

/// How long a driver may take for one picture.
const PATIENCE: Duration = Duration::from_secs(30);

/// A texture to draw on.
pub struct Canvas {
    render: RenderState,
    size: [u32; 2],
}

impl Canvas {
    /// A canvas of so many pixels, on the driver that needs no screen.
    pub fn new(size: [u32; 2]) -> Result<Self, WorkbenchError> {
        let first = render_state(wgpu::Backends::PRIMARY);
        // OpenGL is asked last: it grumbles on the standard error where there is no display.
        let render = first.or_else(|_| render_state(wgpu::Backends::GL))?;
        let most = render.device.limits().max_texture_dimension_2d;
        let [width, height] = size;
        if width > most || height > most {
            return Err(WorkbenchError::TooLarge { width, height, most });
        }
        Ok(Self { render, size })
    }

    /// Takes over the glyphs and images of a frame; every frame's are needed for the next.
    pub fn take_textures(&mut self, output: &mut FullOutput) {
        let delta = &mut output.textures_delta;
        let mut renderer = self.render.renderer.write();
        for (id, images) in delta.set.drain() {
            for image in images {
                renderer.update_texture(&self.render.device, &self.render.queue, id, &image);
            }
        }
        for id in delta.free.drain() {
            renderer.free_texture(&id);
        }
    }

    /// Draws a frame and gives it as PNG.
    pub fn draw(&mut self, ctx: &Context, output: FullOutput) -> Result<Vec<u8>, WorkbenchError> {
        let pixels_per_point = ctx.pixels_per_point();
        let primitives = ctx.tessellate(output.shapes, pixels_per_point);
        let screen = ScreenDescriptor { pixels_per_point, size_in_pixels: self.size };
        let texture = self.texture();
        self.paint(&texture, &primitives, &screen);
        let pixels = self.read(&texture)?;
        png(self.size, &pixels)
    }

    fn texture(&self) -> wgpu::Texture {
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC;
        self.render.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size: self.extent(),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: self.render.target_format,
            usage,
            view_formats: &[],
        })
    }

    const fn extent(&self) -> wgpu::Extent3d {
        let [width, height] = self.size;
        wgpu::Extent3d { width, height, depth_or_array_layers: 1 }
    }

    fn paint(
        &self,
        texture: &wgpu::Texture,
        primitives: &[ClippedPrimitive],
        screen: &ScreenDescriptor,
    ) {
        let RenderState { device, queue, .. } = &self.render;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut renderer = self.render.renderer.write();
        let buffers = renderer.update_buffers(device, queue, &mut encoder, primitives, screen);
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let attachment = wgpu::RenderPassColorAttachment {
            view: &view,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
            depth_slice: None,
        };
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(attachment)],
            ..wgpu::RenderPassDescriptor::default()
        });
        renderer.render(&mut pass.forget_lifetime(), primitives, screen);
        queue.submit(buffers.into_iter().chain(once(encoder.finish())));
    }

    /// Reads the pixels back; rows on the way are padded to what drivers copy.
    fn read(&self, texture: &wgpu::Texture) -> Result<Vec<u8>, WorkbenchError> {
        let RenderState { device, queue, .. } = &self.render;
        let [width, height] = self.size;
        let row = width * 4;
        let padded = row.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("pixels"),
            size: u64::from(padded) * u64::from(height),
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(padded),
            rows_per_image: None,
        };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let target = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), target, self.extent());
        let submitted = queue.submit(once(encoder.finish()));
        let (sender, receiver) = channel();
        buffer.slice(..).map_async(wgpu::MapMode::Read, move |mapped| drop(sender.send(mapped)));
        let wait =
            wgpu::PollType::Wait { submission_index: Some(submitted), timeout: Some(PATIENCE) };
        device.poll(wait).map_err(|error| WorkbenchError::ReadBack(error.to_string()))?;
        match receiver.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(WorkbenchError::ReadBack(error.to_string())),
            Err(error) => return Err(WorkbenchError::ReadBack(error.to_string())),
        }
        let mapped = buffer
            .slice(..)
            .get_mapped_range()
            .map_err(|error| WorkbenchError::ReadBack(error.to_string()))?;
        let rows = mapped.chunks_exact(padded as usize);
        Ok(rows.flat_map(|line| line.iter().take(row as usize)).copied().collect())
    }
}

fn render_state(backends: wgpu::Backends) -> Result<RenderState, WorkbenchError> {
    let setup = setup(backends);
    let instance = pollster::block_on(setup.new_instance());
    let config = WgpuConfiguration { wgpu_setup: setup, ..WgpuConfiguration::default() };
    let created = RenderState::create(&config, &instance, None, RendererOptions::PREDICTABLE);
    pollster::block_on(created).map_err(|error| WorkbenchError::NoGraphics(error.to_string()))
}

/// The driver in software first: it is there without a screen and draws the same everywhere.
fn setup(backends: wgpu::Backends) -> WgpuSetup {
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    setup.instance_descriptor.backends = backends;
    setup.native_adapter_selector = Some(Arc::new(|adapters, _surface| {
        let rank = |adapter: &&wgpu::Adapter| {
            let info = adapter.get_info();
            info.device_type != wgpu::DeviceType::Cpu
        };
        let found = adapters.iter().min_by_key(rank);
        found.cloned().ok_or_else(|| "there is no graphics adapter".to_owned())
    }));
    WgpuSetup::CreateNew(setup)
}

fn png([width, height]: [u32; 2], pixels: &[u8]) -> Result<Vec<u8>, WorkbenchError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}
